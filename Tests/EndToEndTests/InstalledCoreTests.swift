import Foundation
import TestSupport
import Testing

/// The core as `scripts/install --core` leaves it, on an example host: README's walk over its API, and producers with the rights that their
/// units give them.
@Suite(
    .enabled(if: FileSystemUser.isRoot, "an example host is made of namespaces, which needs root"),
    .patience)
struct InstalledCoreTests {
    let copy: TemporaryTree

    init() throws {
        copy = try TemporaryTree()
        for folder in ["scripts", "templates", "policies"] {
            try FileManager.default.copyItem(atPath: "\(Checkout.path)/\(folder)", toPath: "\(copy.path)/\(folder)")
        }
        try BrokerInstallTests.addPrograms(to: copy.path)
        try FileManager.default.copyItem(atPath: "\(Checkout.programs)/bailey-core", toPath: "\(copy.path)/bailey-core")
    }

    /// Stands for the service manager: starts the core by its unit's own line, as its user, without any right of root's. It is ready then.
    private static let systemctl = """
        sudo() { "$@"; }
        systemctl() {
            install -d -m 0750 -o bailey-core -g bailey-core /run/bailey-core
            mkfifo /run/announced
            setpriv --reuid bailey-core --regid bailey-core --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \\
                sh -c "umask 077; exec $(sed -n 's/^ExecStart=//p' /etc/systemd/system/bailey-core.service)" \\
                > /run/announced 2> /run/core.log &
            read -r announced < /run/announced
            [[ $announced == ready* ]]
        }
        """

    /// The shell block that installs the core and asks it.
    private func block() throws -> String {
        let text = try String(contentsOfFile: "\(Checkout.path)/README.md", encoding: .utf8)
        let blocks = text.matches(of: /```sh\n(?<block>.+?)```/.dotMatchesNewlines()).map { String($0.block) }
        let block = try #require(blocks.first { $0.contains("--server unix:") })
        // The programs as they were built, and a broker for the producers below.
        let options = "--core --broker --schedule systemd --binary '\(copy.path)/bailey'"
        #expect(block.contains("scripts/install --core\n"))
        return block.replacing("scripts/install --core", with: "'\(copy.path)/scripts/install' \(options)")
    }

    private func play(_ script: String) async throws -> Outcome {
        try copy.add("all", "set -euxo pipefail\n\(Self.systemctl)\n\(script)\n")
        return try await run(
            "\(copy.path)/scripts/lib/example-host", ["bash", "\(copy.path)/all"],
            environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
    }

    @Test(
        "README's walk over the API goes as it is shown; assessments and the broker's refusals reach the core by their units' rights"
    )
    func walk() async throws {
        let outcome = try await play(
            """
            {
            \(try block())
            } > /run/walk
            grep -q 'CRITICAL' /run/walk
            grep -q 'ransomware encrypted files on web-1' /run/walk

            # As bailey-assess.service with its drop-in has it.
            grep -q SupplementaryGroups=bailey-core /etc/systemd/system/bailey-assess.service.d/core.conf
            setpriv --groups bailey-core --inh-caps=-all \\
                --bounding-set=-all,+sys_ptrace,+dac_read_search,+sys_admin,+net_admin \\
                bailey assess > /run/assessment 2> /run/told
            grep 'handed to the core: [0-9]* findings' /run/told
            bailey alerts list --limit 500 --server unix:/run/bailey-core/api.sock | grep 'gate.example.org.*offers Telnet'
            test -s /var/lib/bailey/spool-assess/open-findings.json

            # The policy that ships denies everything.
            bailey-broker > /run/broker.log &
            until grep -q ready /run/broker.log; do kill -0 $!; done
            status=0; bailey run -- /usr/bin/id || status=$?
            test $status = 3
            # As bailey-audit-forward.service has it.
            setpriv --groups bailey-core --inh-caps=-all --bounding-set=-all,+dac_read_search \\
                bailey audit forward | grep 'handed to the core: 1 findings'
            bailey alerts list --server unix:/run/bailey-core/api.sock | grep 'Broker: denied'
            """)
        #expect(outcome.status == 0, "\(outcome.errors.suffix(3000))")
    }
}
