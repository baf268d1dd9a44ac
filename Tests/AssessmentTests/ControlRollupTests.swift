import Assessment
import ControlFrameworks
import Testing

@Suite struct ControlRollupTests {
    private static let control = ControlID.iso("A.8.20")

    private func result(_ statuses: [ControlResult.Status]) throws -> ControlResult {
        let results = statuses.enumerated().map { index, status in
            CheckResult(check: StubCheck("check-\(index)", .unseen).description, answer: .named(status))
        }
        return try #require(ControlRollup.controls(from: results).first { $0.control == Self.control })
    }

    @Test(
        "A control has the worst status of its checks: violation, partial, not assessed, compliant; not applicable counts alone",
        arguments: [
            ([.violation, .compliant, .notAssessed, .partial], .violation),
            ([.partial, .compliant], .partial),
            ([.partial, .notAssessed], .partial),
            ([.compliant, .notAssessed], .notAssessed),
            ([.notApplicable, .notAssessed], .notAssessed),
            ([.notAssessed], .notAssessed),
            ([.compliant, .compliant], .compliant),
            ([.compliant, .notApplicable], .compliant),
            ([.violation, .notApplicable], .violation),
            ([.notApplicable, .notApplicable], .notApplicable),
        ] as [([ControlResult.Status], ControlResult.Status)])
    func precedence(statuses: [ControlResult.Status], expected: ControlResult.Status) throws {
        #expect(try result(statuses).status == expected)
        #expect(try result(statuses.reversed()).status == expected)
    }

    @Test("A control that no check maps to is not assessed and says why")
    func unmapped() throws {
        let control = try result([])
        #expect(control.status == .notAssessed)
        #expect(control.why == "no check maps to it")
        #expect(control.checks.isEmpty)
    }

    @Test("A control with one check that could not look names it, and what is known of the others")
    func partialKnowledge() throws {
        let control = try result([.compliant, .notAssessed])
        #expect(
            control.why == "1 of 2 checks was not assessed (check-1); the others are met or do not apply")
        #expect(control.checks == ["check-0", "check-1"])
        #expect(try result([.compliant]).why == nil)
    }

    @Test("Annex A and the CSF are listed in full, SP 800-53 as far as checks map to it, each in its own order")
    func completeness() {
        let checks = CheckRegistry.builtIn.map { CheckResult(check: $0.description, answer: .met) }
        let controls = ControlRollup.controls(from: checks)
        let ids = Dictionary(grouping: controls.map(\.control), by: \.framework)
        #expect(ids[.iso27001] == ControlCatalogue.controls(of: .iso27001))
        #expect(ids[.iso27001]?.count == 93)
        #expect(ids[.csf] == ControlCatalogue.controls(of: .csf))
        #expect(ids[.csf]?.count == 106)
        let mapped = Set(checks.flatMap(\.check.controls).filter { $0.framework == .sp80053 })
        #expect(Set(ids[.sp80053] ?? []) == mapped)
        #expect(ids[.sp80053]?.count == mapped.count)
        #expect(controls.allSatisfy { !$0.title.isEmpty && ($0.status == .notAssessed) == ($0.why != nil) })
    }

    @Test("A check that names a control twice counts once")
    func duplicates() throws {
        let check = StubCheck("twice", .met, controls: [Self.control, Self.control])
        let controls = ControlRollup.controls(from: [CheckResult(check: check.description, answer: .met)])
        #expect(controls.first { $0.control == Self.control }?.checks == ["twice"])
    }
}
