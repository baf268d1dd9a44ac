import HostModel
import LinuxSystem
import TestSupport
import Testing

@testable import HostFacts

/// Rules of doas and polkit as their own programs read them.
@Suite struct GrantTests {
    @Test(
        "A line of doas.conf means what doas takes it for",
        arguments: [
            ("permit ada", "permit [] ada as - cmd -"),
            ("deny :dev as root cmd /bin/sh", "deny [] :dev as root cmd /bin/sh"),
            ("permit nopass keepenv ada cmd ls args", "permit [keepenv nopass] ada as - cmd ls()"),
            ("permit setenv { -ENV PS1=$DOAS_PS1 } :wheel", "permit [setenv] :wheel as - cmd -"),
            ("permit \"odd name\" cmd \"a b\" args \"c d\" e\\ f", "permit [] odd name as - cmd a b(c d,e f)"),
            ("permit ada # nopass", "permit [] ada as - cmd -"),
            ("\tpermit\\\n  nopass ada", "permit [nopass] ada as - cmd -"),
        ])
    func doas(text: String, meaning: String) throws {
        let lines = Array(DoasLines(text))
        let rule = try #require(DoasReader.rule(lines[0].words, location: "x:1"))
        let command = rule.command.map { $0 + (rule.arguments.map { "(\($0.joined(separator: ",")))" } ?? "") } ?? "-"
        let options = rule.options.sorted().joined(separator: " ")
        #expect(
            "\(rule.permits ? "permit" : "deny") [\(options)] \(rule.identity) as \(rule.target ?? "-") cmd \(command)"
                == meaning)
    }

    @Test(
        "What is no rule of doas is none",
        arguments: [
            "allow ada", "permit", "permit nopass", "permit ada as", "permit ada cmd", "permit ada x",
            "permit setenv ada", "permit setenv { A ada", "{", "nopass permit ada",
        ])
    func noDoas(text: String) throws {
        let lines = Array(DoasLines(text))
        #expect(DoasReader.rule(try #require(lines.first).words, location: "") == nil)
    }

    @Test("Lines of doas.conf keep their numbers over comments and continuations")
    func doasLines() {
        let lines = Array(DoasLines("# one\n\npermit \\\n ada\npermit bob\n"))
        #expect(lines.map(\.number) == [3, 5])
    }

    @Test("Comments in a script are blanks, comment signs in a string are text")
    func script() {
        let text = "a // YES\n/* 'yes'\n */ b '// YES' \"/*\" c\n"
        #expect(PolkitScript.withoutComments(text) == "a \n\n b '// YES' \"/*\" c\n")
        #expect(PolkitScript.grants(in: text, path: "x").map(\.location) == ["x:3"])
        #expect(PolkitScript.grants(in: "return polkit.Result.NO;", path: "x").isEmpty)
    }

    @Test("An action's place is the line it begins on")
    func actions() {
        let text = """
            <policyconfig><!-- two
            lines -->
              <action id="a"><defaults><allow_any>auth_admin</allow_any></defaults></action>
              <action id="b">
                <defaults><allow_active> yes </allow_active></defaults>
                <annotate key="x">y</annotate>
                <annotate key="org.freedesktop.policykit.exec.path">/opt/b</annotate>
              </action>
            """
        let actions = PolkitActions.open(in: text, path: "p")
        #expect(
            actions == [.init(id: "b", settings: ["allow_active"], program: "/opt/b", location: "p:4")])
    }
}
