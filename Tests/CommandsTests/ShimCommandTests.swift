import FoundationEssentials
import TestSupport
import Testing

@testable import Commands

@Suite struct ShimCommandTests {
    /// A tree with the program in it, run in this process.
    private struct Host {
        let tree: TemporaryTree

        init() throws {
            tree = try TemporaryTree()
            try tree.add("bin/bailey-sudo", "")
            try tree.addDirectory("home")
        }

        func run(_ arguments: [String], variables: [String: String] = [:]) -> (
            code: ExitCode, output: String, error: String
        ) {
            let recorded = RecordedConsole()
            let environment = InvocationEnvironment.test(
                ["HOME": "\(tree.path)/home"].merging(variables) { $1 }, executable: "\(tree.path)/bin/bailey")
            let code = BaileyTool(environment: environment, console: recorded.console()).run(["shim"] + arguments)
            return (code, recorded.output, recorded.error)
        }

        func system(_ word: String) -> (code: ExitCode, output: String, error: String) {
            run([word, "--system", "--root", tree.path])
        }

        /// Every name below it, with what links lead to and what files hold.
        func listing() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: tree.path).sorted().map { name in
                let path = "\(tree.path)/\(name)"
                if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                    return "\(name) -> \(target)"
                }
                return
                    "\(name): \(FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? "")"
            }
        }
    }

    @Test(
        "For the system: two links, a login script and systemd's environment; again changes nothing; removing leaves no trace"
    )
    func system() throws {
        let host = try Host()
        try host.tree.addDirectory("etc/profile.d")
        try host.tree.addDirectory("etc/environment.d")
        try host.tree.addDirectory("usr/local/lib")
        try host.tree.add("etc/profile.d/other.sh", "theirs")
        let before = try host.listing()
        #expect(host.system("install").code == .done)
        let installed = try host.listing()
        let shims = "usr/local/lib/bailey/shims"
        #expect(installed.contains("\(shims)/sudo -> \(host.tree.path)/bin/bailey-sudo"))
        #expect(installed.contains("\(shims)/sudoedit -> \(host.tree.path)/bin/bailey-sudo"))
        #expect(try host.tree.content(of: "etc/environment.d/10-bailey.conf").hasSuffix("\nPATH=/\(shims):${PATH}\n"))
        #expect(host.system("install").code == .done)
        #expect(try host.listing() == installed)
        #expect(host.system("status").output.contains("/etc/profile.d/bailey.sh: installed"))
        #expect(host.system("remove").code == .done)
        #expect(try host.listing() == before)
        #expect(host.system("status").code == .findings)
    }

    @Test(
        "For one user: a block in files that come back byte for byte, with a last line that ends or not, or go where there was none",
        arguments: ["export A=b\n", "export A=b", "", nil] as [String?])
    func user(profile: String?) throws {
        let host = try Host()
        try host.tree.add("home/.bashrc", "# mine\n")
        if let profile { try host.tree.add("home/.profile", profile, .init(mode: 0o600)) }
        try host.tree.addDirectory("home/.local/lib")
        // A file without anything in it is as good as none.
        let before = try host.listing().filter { $0 != "home/.profile: " }
        #expect(host.run(["install", "--user"]).code == .done)
        let installed = try host.listing()
        #expect(try host.tree.content(of: "home/.profile").hasPrefix(profile ?? ""))
        #expect(host.run(["install", "--user"]).code == .done)
        #expect(try host.listing() == installed)
        // What the user writes around the block stays.
        try host.tree.add("home/.bashrc", try host.tree.content(of: "home/.bashrc") + "alias x=y\n")
        #expect(host.run(["remove", "--user"]).code == .done)
        #expect(try host.tree.content(of: "home/.bashrc") == "# mine\nalias x=y\n")
        try host.tree.add("home/.bashrc", "# mine\n")
        #expect(try host.listing() == before)
    }

    @Test(
        "A shell that reads the files has the stand-ins first, once, whatever else is in PATH",
        arguments: ["sh", "bash"])
    func shells(shell: String) throws {
        let host = try Host()
        #expect(host.run(["install", "--user"]).code == .done)
        let path = try RunningProgram.output(of: [
            "env", "-i", "PATH=/usr/bin:/bin", shell, "-c",
            ". \(host.tree.path)/home/.profile; . \(host.tree.path)/home/.bashrc; command -v sudo; echo \"$PATH\"",
        ]).split(separator: "\n")
        let shims = "\(host.tree.path)/home/.local/lib/bailey/shims"
        #expect(path.last ?? "" == "\(shims):/usr/bin:/bin")
        let status = host.run(["status", "--user"], variables: ["PATH": "\(shims):/usr/bin"])
        #expect(status.code == .done)
        #expect(status.output.contains("sudo in this PATH: \(shims)/sudo\n"))
        #expect(
            host.run(["status", "--user"], variables: ["PATH": "/usr/bin:\(shims)"]).code
                == (FileManager.default.fileExists(atPath: "/usr/bin/sudo") ? .findings : .done))
    }

    @Test("What is there and not Bailey's is never touched, and then nothing else is either")
    func foreign() throws {
        let host = try Host()
        try host.tree.add("usr/local/lib/bailey/shims/sudo", "the real one", .init(mode: 0o755))
        try host.tree.add("etc/profile.d/bailey.sh", "theirs")
        let before = try host.listing()
        for word in ["install", "remove"] {
            let result = host.system(word)
            #expect(result.code == .couldNotRun)
            #expect(result.error.contains("shims/sudo: is not Bailey's, and stays"))
            #expect(result.error.contains("profile.d/bailey.sh: is not Bailey's, and stays"))
            #expect(try host.listing() == before)
        }
        let beside = host.run(["install", "--system", "--root", host.tree.path, "--directory", "/bin"])
        #expect(beside.code == .couldNotRun)
    }

    @Test("Links and files of an earlier place are brought up to date")
    func moved() throws {
        let host = try Host()
        try host.tree.addLink("usr/local/lib/bailey/shims/sudo", to: "/old/bailey-sudo")
        #expect(host.system("install").code == .done)
        #expect(try host.listing().contains("usr/local/lib/bailey/shims/sudo -> \(host.tree.path)/bin/bailey-sudo"))
        #expect(host.run(["install", "--user"]).code == .done)
        #expect(host.run(["install", "--user", "--directory", "\(host.tree.path)/shims"]).code == .done)
        let profile = try host.tree.content(of: "home/.profile")
        #expect(profile.contains("'\(host.tree.path)/shims:'"))
        #expect(!profile.contains("home/.local"))
    }

    @Test(
        "A directory that PATH or a shell would read as something else is refused",
        arguments: ["/a:b", "/a'b", "/a b", "/$x"])
    func badDirectory(path: String) throws {
        let host = try Host()
        #expect(host.run(["install", "--user", "--directory", path]).code == .couldNotRun)
        #expect(try host.listing().count == 3)
    }

    @Test("Without bailey-sudo beside the program nothing is installed")
    func missing() throws {
        let host = try Host()
        try FileManager.default.removeItem(atPath: "\(host.tree.path)/bin/bailey-sudo")
        #expect(host.run(["install", "--user"]).code == .couldNotRun)
    }
}
