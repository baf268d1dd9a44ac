import Foundation
import TestSupport
import Testing

/// `scripts/install --core`: what it puts where, and its unit as systemd judges it.
@Suite struct CoreInstallTests {
    let checkout: TemporaryTree
    let target: TemporaryTree

    init() throws {
        checkout = try TemporaryTree()
        target = try TemporaryTree()
        for folder in ["scripts", "templates", "policies"] {
            try FileManager.default.copyItem(
                atPath: "\(Checkout.path)/\(folder)", toPath: "\(checkout.path)/\(folder)")
        }
        try BrokerInstallTests.addPrograms(to: checkout.path)
        try FileManager.default.copyItem(
            atPath: "\(Checkout.programs)/bailey-core", toPath: "\(checkout.path)/bailey-core")
    }

    @discardableResult
    private func install(_ options: String...) async throws -> Outcome {
        try await run(
            "\(checkout.path)/scripts/install",
            ["--destdir", target.path, "--binary", "\(checkout.path)/bailey"] + options)
    }

    @Test("The core comes on request, stays without asking again, and goes with the rest")
    func life() async throws {
        try await install()
        #expect(try await !target.files().contains { $0.contains("bailey-core") })
        try await install("--core")
        let files = try await target.files()
        for file in ["usr/local/sbin/bailey-core", "etc/systemd/system/bailey-core.service", "etc/bailey/core.yaml"] {
            #expect(files.contains(file), "\(file)")
        }
        let again = try await install()
        #expect(again.errors.contains("unchanged: everything is in place"))
        #expect(again.errors.contains("bailey token create"))
        #expect(try await install("--uninstall").status == 0)
        #expect(try await target.files() == [])
    }

    @Test(
        "With a broker there too, what it refuses is handed over from a timer, or from cron, and both go with the rest")
    func forwarding() async throws {
        let timer = "etc/systemd/system/bailey-audit-forward.timer"
        let cron = "etc/cron.d/bailey-audit-forward"
        try await install("--core")
        #expect(try await !target.files().contains { $0.contains("audit-forward") })
        #expect(try await target.files().contains("etc/systemd/system/bailey-assess.service.d/core.conf"))
        try await install("--broker")
        #expect(try await Set(target.files()).isSuperset(of: [timer, timer.replacing(".timer", with: ".service")]))
        #expect(try await install().errors.contains("unchanged: everything is in place"))
        try await install("--schedule", "cron")
        let files = try await target.files()
        #expect(files.contains(cron) && !files.contains { $0.contains("forward.timer") })
        #expect(try await install("--uninstall").status == 0)
        #expect(try await target.files() == [])
        let left = try await run("/usr/bin/find", [target.path, "-mindepth", "1", "-name", "*bailey*"])
        #expect(left.output.isEmpty, "\(left.output)")
    }

    @Test("It is for a host, not for an account")
    func misuse() async throws {
        #expect(try await install("--core", "--user").status == 2)
        #expect(try await target.files() == [])
    }

    @Test(
        "systemd-analyze finds nothing wrong with the unit, and little that it could reach",
        .enabled(if: LintTests.isSetUp, "needs systemd-analyze"))
    func unit() async throws {
        try await install("--core", "--broker")
        try target.add("bin/kill", "", .init(mode: 0o755))
        let verified = try await run(
            "/usr/bin/systemd-analyze",
            [
                "verify", "--man=no", "--recursive-errors=no", "--root=\(target.path)", "bailey-core.service",
                "bailey-assess.service", "bailey-audit-forward.timer", "bailey-audit-forward.service",
            ])
        #expect(verified.status == 0 && verified.output.isEmpty && verified.errors.isEmpty, "\(verified)")
        // In tenths: 1.5 of 10.
        for unit in ["bailey-core.service", "bailey-audit-forward.service"] {
            let exposure = try await run(
                "/usr/bin/systemd-analyze",
                ["security", "--offline=true", "--root=\(target.path)", "--threshold=15", "--no-pager", unit])
            #expect(exposure.status == 0, "\(exposure.output.suffix(300))")
        }
    }
}
