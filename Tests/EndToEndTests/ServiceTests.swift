import Foundation
import TestSupport
import Testing

/// The periodic run as systemd itself runs it, on an example host that systemd boots.
@Suite struct ServiceTests {
    static let canBoot =
        FileSystemUser.isRoot && FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-nspawn")

    /// What was installed, run and compared on the example host; each step stops it when it fails.
    static let script = """
        set -euxo pipefail
        checkout=/mnt/checkout
        install="$checkout/scripts/install --binary $checkout/bailey"

        $install
        systemctl is-enabled bailey-assess.timer
        systemctl is-active bailey-assess.timer
        $install 2>&1 | grep 'unchanged: everything is in place'

        systemctl start bailey-assess.service
        cp -r /var/lib/bailey /mnt/sandboxed
        /usr/local/bin/bailey assess --output /mnt/plain

        $install --uninstall --purge
        if systemctl cat bailey-assess.timer || test -e /etc/bailey -o -e /var/lib/bailey; then exit 1; fi
        """

    @Test(
        "Installed, the timer is enabled, and the sandboxed service comes to the same answers as root does outside of it",
        .enabled(if: canBoot, "needs root and systemd-nspawn, which scripts/test installs"))
    func sandboxedRun() async throws {
        let host = try TemporaryTree()
        try host.add("run", Self.script)
        for folder in ["scripts", "templates", "policies"] {
            try FileManager.default.createDirectory(
                atPath: "\(host.path)/checkout", withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: "\(Checkout.path)/\(folder)", toPath: "\(host.path)/checkout/\(folder)")
        }
        try FileManager.default.copyItem(atPath: Checkout.bailey, toPath: "\(host.path)/checkout/bailey")

        let outcome = try await run("\(Checkout.path)/scripts/lib/booted-host", [host.path])
        try #require(outcome.status == 0, "\(outcome.errors)\((try? host.text(of: "output")) ?? "")")

        let sandboxed = try Answers(host.text(of: "sandboxed/assessment.json"))
        let plain = try Answers(host.text(of: "plain/assessment.json"))
        #expect(sandboxed.statuses.count >= 60)
        #expect(sandboxed.statuses == plain.statuses)
        #expect(sandboxed.gaps == plain.gaps)
        #expect(!sandboxed.mounts.isEmpty && sandboxed.mounts == plain.mounts)
    }

    /// What an `assessment.json` answers, without what differs from run to run.
    private struct Answers {
        var statuses: [String: String] = [:]
        var gaps: Set<String> = []
        /// What was read of the mounts, which are not the same inside of a sandbox.
        var mounts: Set<String> = []

        init(_ text: String) throws {
            let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            for result in try #require(document["results"] as? [[String: Any]]) {
                statuses[try #require(result["check"] as? String)] = try #require(result["status"] as? String)
                for evidence in try #require(result["evidence"] as? [[String: String]]) {
                    if let source = evidence["source"], source.hasSuffix("/mountinfo"), let what = evidence["what"] {
                        mounts.insert("\(what) (\(source))")
                    }
                }
            }
            // How many sockets a gap counts changes from one run to the next.
            gaps = Set(
                try #require(document["gaps"] as? [[String: Any]]).compactMap {
                    ($0["what"] as? String)?.filter { !$0.isNumber }
                })
        }
    }
}
