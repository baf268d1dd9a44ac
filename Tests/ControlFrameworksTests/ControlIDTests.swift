import ControlFrameworks
import Testing

@Suite struct ControlIDTests {
    @Test("Every id is read back from what it prints", arguments: ControlFramework.allCases)
    func roundTrip(framework: ControlFramework) {
        for control in ControlCatalogue.controls(of: framework) {
            #expect(ControlID(parsing: control.description) == control)
        }
    }

    @Test(
        "Text that names no control is refused",
        arguments: [
            "", ":", "A.8.9", "iso-27001-2022", "iso-27001-2022:", "iso-27001-2013:A.8.9", "iso-27001-2022:AC-6",
            "nist-csf-2.0:PR.AA-05 ", "nist-800-53-r5:AC-6(99)",
        ])
    func refusal(text: String) {
        #expect(ControlID(parsing: text) == nil)
    }

    @Test(
        "Ids sort by number, not by spelling",
        arguments: [
            ("A.5.9", "A.5.10"), ("A.5.37", "A.6.1"), ("A.8.2", "A.8.20"), ("AC-2", "AC-2(1)"), ("AC-2(5)", "AC-2(13)"),
            ("AC-2(13)", "AC-3"),
            ("AC-22", "AT-1"), ("", "A"),
        ])
    func order(earlier: String, later: String) {
        #expect(ControlID.sp80053(earlier) < .sp80053(later))
        #expect(!(ControlID.sp80053(later) < .sp80053(earlier)))
        #expect(!(ControlID.sp80053(later) < .sp80053(later)))
    }
}
