import BrokerProtocol
import LinuxSystem
import TestSupport
import Testing

@testable import SudoClient

@Suite struct SudoWordsTests {
    @Test(
        "The escapes of a prompt stand for people and hosts, and everything else for itself",
        arguments: [
            ("[%p] %u as %U on %h (%H): ", "[ada] ada as root on web (web.example.org): "), ("100%%", "100%"),
            ("%x %", "%x %"), ("%%p", "%p"), ("", ""),
        ])
    func prompt(text: String, expanded: String) {
        let names = PromptText.Names(person: "ada", target: "root", host: "web.example.org")
        #expect(PromptText(text).expanded(for: names) == expanded)
    }

    @Test(
        "A name with an escape in it is not expanded again")
    func nested() {
        let names = PromptText.Names(person: "%U", target: "root", host: "h")
        #expect(PromptText("%u").expanded(for: names) == "%U")
    }

    @Test(
        "Times are seconds, or units from large to small, as sudo reads them",
        arguments: [
            ("90", 90), ("1h30m", 5400), ("1d", 86400), ("1H5", 3605), ("7d8h30m10s", 635_410), ("0", 0),
            ("1s1h", nil), ("5m5m", nil), ("x", nil), ("", nil), ("-1", nil), ("99999999999", nil), ("50000d", nil),
            ("1w", nil), ("+5", nil),
        ] as [(String, UInt32?)])
    func timeout(text: String, seconds: UInt32?) { #expect(SudoTimeout.seconds(text) == seconds) }

    @Test(
        "An editor's command line is split as a shell would, and refused where a quote is left open",
        arguments: [
            ("vim", ["vim"]), ("  vim  -u NONE ", ["vim", "-u", "NONE"]), ("a 'b c' \"d e\"", ["a", "b c", "d e"]),
            (#"a\ b c"#, ["a b", "c"]), ("a ''", ["a", ""]), (#"'a\b'"#, [#"a\b"#]), ("a 'b", nil), (#"a \"#, nil),
        ] as [(String, [String]?)])
    func editorWords(text: String, words: [String]?) { #expect(DocumentEditor.words(of: text) == words) }

    @Test("The first editor that is set is taken; one with -- in it is refused whatever stands after it")
    func editors() throws {
        func command(_ variables: [String: String]) throws -> [String] {
            try DocumentEditor.command { variables[$0] }
        }
        #expect(try command(["EDITOR": "e", "VISUAL": "v", "SUDO_EDITOR": "s x"]) == ["s", "x"])
        #expect(try command(["EDITOR": "e", "VISUAL": ""]) == ["e"])
        #expect(try command([:]) == ["/usr/bin/editor"])
        for editor in ["vim -- /etc/shadow", "vim '--' x", #"vim \-\- x"#] {
            #expect(throws: BrokerClientError.self) { try command(["EDITOR": editor, "SUDO_EDITOR": ""]) }
        }
    }

    @Test("An environment that no message holds loses its largest variables, never one that was asked for")
    func environment() {
        let large = String(repeating: "x", count: 120 << 10)
        let variables = (0..<8).map { (name: "V\($0)", value: large) } + [(name: "SMALL", value: "s")]
        let sent = RunQuestion.environment(
            variables, preserving: ["V5"], setting: [SentVariable(name: "V6", value: "set", isAskedFor: true)])
        #expect(sent.contains { $0.name == "V5" && $0.isAskedFor })
        #expect(sent.filter { $0.name == "V6" }.map(\.value) == ["set"])
        #expect(sent.contains { $0.name == "SMALL" })
        #expect(sent.count < 8)
        #expect(throws: Never.self) {
            try ClientMessage.run(RunRequest(arguments: ["true"], workingDirectory: "/", environment: sent)).encoded()
        }
    }

    private static let notOffered: [([String], String)] = [
        (["-C", "5", "true"], "you are not permitted to use the -C option"),
        (["-R", "/", "true"], "you are not permitted to use the -R option"),
        (["-r", "x", "true"], "the -r option is not offered"), (["-t", "x", "true"], "the -t option is not offered"),
        (["-h", "other", "true"], "a remote host may only be specified when listing privileges."),
        (["-l", "-h", "other"], "the -h option is not offered"), (["-T", "x", "true"], "x: invalid timeout value"),
        (["-u", "#-1", "true"], "unknown user #-1"), (["-u", "#4294967295", "true"], "unknown user #4294967295"),
        (["-g", "#4294967295", "true"], "unknown group #4294967295"),
    ]

    @Test("What is not offered is said, never silently something else", arguments: notOffered)
    func refused(arguments: [String], text: String) throws {
        let refusal = try SudoInvocation(arguments).notOffered(hostName: "web.example.org")
        #expect(refusal?.hasPrefix(text) == true)
    }

    @Test("This host by its own names is no other host", arguments: ["web", "web.example.org"])
    func ownHost(name: String) throws {
        #expect(try SudoInvocation(["-h", name, "true"]).notOffered(hostName: "web.example.org") == nil)
    }

    @Test("Help tells every option, sudo's and Bailey's own")
    func help() {
        let text = SudoText.help("sudo")
        for option in SudoOption.all + SudoOption.own { #expect(text.contains("--\(option.name)"), "\(option.name)") }
    }
}
