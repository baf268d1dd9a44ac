import BrokerProtocol
import Foundation
import SudoClient
import Testing

@Suite struct SudoInvocationTests {
    @Test("A command and its own options are left as they are")
    func command() throws {
        let invocation = try SudoInvocation(["-nu", "root", "ls", "-l", "--", "A=B"])
        #expect(invocation.arguments == ["ls", "-l", "--", "A=B"])
        #expect(invocation.user == "root")
        #expect(invocation.options == .nonInteractive)
        #expect(invocation.mode == .run)
    }

    @Test("Variables stand before the command and between options, not after --")
    func variables() throws {
        let invocation = try SudoInvocation(["A=B", "-n", "C=d=e", "env", "F=g"])
        #expect(
            invocation.environment == [
                SentVariable(name: "A", value: "B", isAskedFor: true),
                SentVariable(name: "C", value: "d=e", isAskedFor: true),
            ])
        #expect(invocation.arguments == ["env", "F=g"])
        #expect(try SudoInvocation(["--", "A=B"]).arguments == ["A=B"])
        #expect(try SudoInvocation(["/x=y"]).arguments == ["/x=y"])
    }

    @Test("Long options may be abbreviated as sudo's; Bailey's own may not, and change no abbreviation")
    func longOptions() throws {
        #expect(try SudoInvocation(["--us=ada", "id"]).user == "ada")
        #expect(try SudoInvocation(["--preserve-env=A,B", "id"]).preservedNames == ["A", "B"])
        #expect(try SudoInvocation(["--preserve-env", "id"]).options == .preserveEnvironment)
        #expect(try SudoInvocation(["--u", "ada", "id"]).user == "ada")
        #expect(try SudoInvocation(["--set", "id"]).options == .setHome)
        let invocation = try SudoInvocation(["--reason", "why", "--session=s", "--keep-session", "--untrusted", "id"])
        #expect(invocation.reason == "why")
        #expect(invocation.session == "s")
        #expect(invocation.options == [.keepSession, .untrusted])
    }

    @Test("-k with a command runs it, and forgets proofs when alone")
    func forgetting() throws {
        #expect(try SudoInvocation(["-k"]).mode == .forgetProof)
        #expect(try SudoInvocation(["-k", "id"]).mode == .run)
        #expect(try SudoInvocation(["-k", "id"]).options == .forgetProof)
        #expect(try SudoInvocation(["-K"]).mode == .forgetAllProofs)
    }

    @Test("-h is help, and a host when one follows")
    func host() throws {
        #expect(try SudoInvocation(["-h"]).mode == .help)
        #expect(try SudoInvocation(["-h", "web1", "id"]).host == "web1")
        #expect(try SudoInvocation(["-hweb1", "id"]).host == "web1")
        #expect(try SudoInvocation(["--help"]).mode == .help)
    }

    @Test("Listing, validating and editing take what they take")
    func modes() throws {
        #expect(try SudoInvocation(["-l", "-U", "ada", "id"]).otherUser == "ada")
        #expect(try SudoInvocation(["-ll"]).mode == .list(isLong: true))
        #expect(try SudoInvocation(["-n", "-v"]).mode == .validate)
        #expect(try SudoInvocation(["-e", "/etc/hosts"]).mode == .edit)
        #expect(try SudoInvocation(program: "/usr/bin/sudoedit", ["/etc/hosts"]).mode == .edit)
        #expect(try SudoInvocation(["-s"]).options == .shell)
    }

    @Test("Called as sudoedit, help and version are answered, the last that is asked for, and -k forgets nothing alone")
    func editor() throws {
        func mode(_ arguments: String...) throws -> SudoInvocation.Mode {
            try SudoInvocation(program: "sudoedit", arguments).mode
        }
        #expect(try mode("-h") == .help && mode("--help") == .help && mode("-h", "-V") == .version)
        #expect(try mode("-V") == .version && mode("-V", "-h") == .help && mode("-kV") == .version)
        #expect(try mode("-N", "-u", "bob", "/x") == .edit)
        #expect(throws: SudoUsageError("invalid option -- 'l'")) { try mode("-l") }
    }

    private static let refused: [[String]] = [
        [], ["-x"], ["-l", "-v"], ["-u"], ["-C", "2", "true"], ["-C", "x", "true"], ["-i", "-s", "true"],
        ["-u", "", "true"],
        ["-s", "-e", "x"], ["-v", "true"], ["-K", "true"], ["--bogus"], ["-b", "-v"], ["-l", "-n", "-i"],
        ["-E", "-i", "true"], ["-U", "bob", "true"], ["-e"], ["A=B"], ["-D"], ["-g", "", "true"], ["-u", "root", "--"],
        ["-e", "A=B", "/tmp/x"], ["-e", "-E", "/tmp/x"], ["-A", "-S", "true"], ["--user"], ["--login=x"], ["--re"],
        ["-V", "-K"], ["-k", "-n"], ["-K", "-n"], ["-nx"], ["-N"], ["-N", "-K"], ["-N", "-k"], ["-k", "-N"],
        ["-e", "-h"], ["-h", "-V"],
    ]

    private static let refusedToEditors: [[String]] = [
        [], ["-l"], ["-e", "/x"], ["-v"], ["-K"], ["-Kh"], ["-i"], ["-s"], ["-E", "/x"], ["-b", "/x"], ["-H", "/x"],
        ["-P", "/x"], ["-nl"], ["-U", "root", "/x"], ["--list"], ["--edit", "/x"], ["--remove-timestamp"], ["--shell"],
        ["--preserve-env"], ["-k"], ["-N"], ["-V", "/x"], ["-V", "-n"], ["-h", "/x"], ["-hx"], ["-C", "2", "/x"],
        ["A=B", "/x"], ["-A", "-S", "/x"], ["-u"], ["--host"], ["--re"], ["--bogus"],
    ]

    /// The program whose place ours takes, as Debian ships it.
    private static let sudo = "/usr/bin/sudo"

    @Test(
        "What sudo refuses is refused with sudo's own message",
        .enabled(if: FileManager.default.isExecutableFile(atPath: sudo), "sudo is not installed"),
        arguments: refused.map { ("sudo", $0) } + refusedToEditors.map { ("sudoedit", $0) })
    func againstSudo(program: String, arguments: [String]) throws {
        let process = Process()
        // getopt(3) names the program as it was called.
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let output = Pipe()
        process.standardError = output
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let first = text.split(separator: "\n").first.map(String.init) ?? ""
        guard process.terminationStatus == 1, text.contains("usage: ") else {
            #expect(throws: Never.self, "sudo takes it: \(first)") {
                try SudoInvocation(program: program, arguments)
            }
            return
        }
        let error = #expect(throws: SudoUsageError.self) { try SudoInvocation(program: program, arguments) }
        let usage = program == "sudo" ? "usage: sudo -h | -K | -k | -V" : "usage: sudoedit -h | -V"
        #expect(error?.message.map { "\(program): \($0)" } ?? usage == first)
    }
}
