import TechniqueLookup
import Testing

@testable import Commands

@Suite("Versions of ATT&CK") struct AttackCommandTests {
    @Test(
        "A bundle's version is told from the name of its file",
        arguments: [
            ("/tmp/enterprise-attack-18.1.json", "18.1"),
            ("https://a.example/v1.2/enterprise-attack-19.0.json", "19.0"),
            ("enterprise-attack.json", nil), ("", nil), ("/18.1/", "18.1"), ("a-3.json", nil),
        ])
    func name(file: String, version: String?) { #expect(AttackImportCommand.version(inName: file) == version) }

    @Test(
        "Versions are compared number by number, and what is no number is older than none",
        arguments: [
            ("9.0", "18.1", true), ("18.0", "18.1", true), ("18.1", "18.1", false), ("19.0", "18.1", false),
            ("18", "18.1", true), ("of 2025-11-12", "18.1", false), ("", "18.1", false),
        ])
    func order(version: String, other: String, isOlder: Bool) {
        #expect(InstalledAttackIndex.isOlder(version, than: other) == isOlder)
    }
}
