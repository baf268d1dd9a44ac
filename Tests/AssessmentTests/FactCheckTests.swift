import Assessment
import ControlFrameworks
import Foundation
import HostModel
import Policies
import Testing

@Suite struct FactCheckTests {
    private static func policy(_ id: String, absent: String) throws -> PosturePolicy {
        let text = """
            schema: 1
            category: kernel
            checks:
              - id: \(id)
                title: A title
                key: apt.Some::Option
                expected: { equals: "1" }
                absent: \(absent)
                rationale: A reason.
                remediation: Something to do.
                risk: low
                controls: { iso: [A.8.9] }
            """
        return try PosturePolicy(
            parsing: [PolicyText(path: "test.yaml", text)], categories: CheckCategory.allCases.map(\.rawValue),
            knows: ControlCatalogue.contains)
    }

    private static func answer(
        absent: String, _ fact: Observation<FactValue>?, inUse: Bool = true
    ) throws -> CheckAnswer {
        let entry = try #require(try policy("x", absent: absent).checks.first)
        let check = try #require(FactCheck(entry))
        var snapshot = HostSnapshot(
            takenAt: Date(),
            host: HostIdentity(
                hostname: "", operatingSystem: "", kernel: nil, root: "/", isLive: true, observer: .root),
            sockets: .notCollected("sockets"))
        snapshot.facts[FactKey("apt.Some::Option")] = fact
        snapshot.facts[FactKey("apt.in_use")] = .seen(.flag(inUse), from: "test")
        return check.evaluate(AssessmentContext(snapshot: snapshot, ports: nil, egress: nil, now: Date()))
    }

    private static let absence = Observation<FactValue>.absent(why: "it is not set", from: "apt.conf")

    @Test("What was seen is compared, and the gap says what was expected")
    func seen() throws {
        #expect(try Self.answer(absent: "violation", .seen(.text("1"), from: "apt.conf")).status == .compliant)
        let answer = try Self.answer(absent: "violation", .seen(.text("0"), from: "apt.conf"))
        #expect(answer.status == .violation)
        #expect(answer.gap == "apt's Some::Option: 0; expected: 1")
    }

    @Test(
        "What is not there answers as the policy says of its absence",
        arguments: [("violation", "violation"), ("compliant", "compliant"), ("not_applicable", "not_applicable")])
    func absent(policy: String, status: String) throws {
        #expect(try Self.answer(absent: policy, Self.absence).status.name == status)
    }

    @Test(
        "Where the whole subject is not in use, absence is neither good nor bad", arguments: ["violation", "compliant"])
    func notInUse(policy: String) throws {
        #expect(try Self.answer(absent: policy, Self.absence, inUse: false).status == .notApplicable)
    }

    @Test("What could not be seen, or was never asked for, is not assessed")
    func unseen() throws {
        let gap = Gap(what: "apt.conf", why: "Permission denied", remedy: "run as root")
        let answer = try Self.answer(absent: "compliant", .unseen(gap))
        #expect(answer.status == .notAssessed(why: "apt.conf: Permission denied"))
        #expect(answer.remediation == "run as root")
        #expect(try Self.answer(absent: "compliant", nil).status.name == "not_assessed")
    }

    @Test("A policy's check takes the place of the built-in one of its id")
    func tuned() throws {
        let checks = CheckRegistry.checks(with: try Self.policy("root-only-uid-zero", absent: "violation"))
        let tuned = checks.filter { $0.description.id == "root-only-uid-zero" }
        #expect(tuned.map(\.description.title) == ["A title"])
        #expect(checks.count == CheckRegistry.builtIn.count)
    }
}
