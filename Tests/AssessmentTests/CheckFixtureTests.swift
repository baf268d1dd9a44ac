import Assessment
import ControlFrameworks
import Findings
import Foundation
import HostFacts
import HostModel
import LinuxSystem
import Policies
import TestSupport
import Testing

/// Every check against hosts made for it.
@Suite struct CheckFixtureTests {
    static let checks: [String: any Check] = Dictionary(
        ShippedChecks.all.map { ($0.description.id, $0) }, uniquingKeysWith: { first, _ in first })
    static let checkIDs = checks.keys.sorted()
    /// What can be parsed; the rest fails in `everyFixtureFileIsReadable`.
    static let cases: [CheckCase] = ((try? CheckFixture.files) ?? []).flatMap {
        (try? CheckFixture(file: $0))?.cases ?? []
    }
    private static let now = Date()

    @Test("A check comes out as its fixture says", .enabled(if: FileSystemUser.isRoot), arguments: cases)
    func outcome(_ fixture: CheckCase) throws {
        let check = try #require(Self.checks[fixture.checkID], "no check has this id")
        let context = try fixture.host.context(for: check, now: Self.now)
        let answer = check.evaluate(context)
        #expect(answer.status.name == fixture.status, "\(answer)")
        if case .notAssessed(let why) = answer.status {
            #expect(!why.isEmpty)
        } else {
            #expect(!answer.evidence.isEmpty, "an answer without evidence")
        }
        #expect(answer.evidence.allSatisfy { !$0.what.isEmpty && !$0.source.isEmpty }, "\(answer.evidence)")
        if answer.status == .partial || answer.status == .violation {
            #expect(answer.gap?.isEmpty == false, "not compliant, and no gap named")
        }
        if let says = fixture.says { #expect("\(answer)".contains(says), "\(answer)") }
    }

    /// What only the inspection proxy can show to be met; no host can yet.
    static let awaitingGuards: Set<String> = ["prompt_injection_controls"]

    @Test("A check has cases that pass, fail and abstain", arguments: checkIDs)
    func coverage(_ id: String) {
        let statuses = Set(Self.cases.filter { $0.checkID == id }.map(\.status))
        #expect(statuses.contains("compliant") != Self.awaitingGuards.contains(id))
        #expect(!statuses.isDisjoint(with: ["violation", "partial"]), "no case fails")
        #expect(!statuses.isDisjoint(with: ["not_applicable", "not_assessed"]), "no case abstains")
    }

    @Test("A check maps to controls that exist", arguments: checkIDs)
    func controls(_ id: String) throws {
        let controls = try #require(Self.checks[id]).description.controls
        #expect(!controls.isEmpty)
        for control in controls { #expect(ControlCatalogue.contains(control), "\(control)") }
    }

    @Test("Every fixture file can be read and belongs to a check")
    func everyFixtureFileIsReadable() throws {
        for file in try CheckFixture.files {
            #expect(throws: Never.self) { try CheckFixture(file: file) }
            #expect(Self.checkIDs.contains(String(file.dropLast(".yaml".count))), "\(file) belongs to no check")
        }
    }

    @Test("An id names one check, built in or data, and all data is read")
    func uniqueIDs() throws {
        let policy = try ShippedChecks.policy.get()
        #expect(Self.checks.count == CheckRegistry.builtIn.count + policy.checks.count)
    }

    @Test("Every fact that a check asks for is one that a collector knows", arguments: checkIDs)
    func facts(_ id: String) throws {
        let check = try #require(Self.checks[id])
        let tree = try TemporaryTree()
        var snapshot = HostSnapshot(
            takenAt: Self.now,
            host: HostIdentity(
                hostname: "", operatingSystem: "", kernel: nil, root: tree.path, isLive: true, observer: .root),
            sockets: .notCollected("sockets"))
        HostFactsCollector(tree: try FileTree(root: tree.path), live: true, kernel: .none)
            .collect(keys: check.facts, into: &snapshot)
        for (key, observation) in snapshot.facts {
            if case .unseen(let gap) = observation { #expect(!gap.why.contains("no such fact"), "\(key): \(gap.why)") }
        }
    }
}
