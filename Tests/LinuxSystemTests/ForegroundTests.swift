import LinuxSystem
import TestSupport
import Testing

@Suite struct ForegroundTests {
    @Test("A program beside us ends as it ends, with the environment it was given and no other")
    func endings() throws {
        let run = { (script: String) throws(SystemError) in
            try ForegroundProgram.run(
                "/bin/sh", arguments: ["-c", script], environment: ["A=b", "PATH=/usr/bin:/bin"])
        }
        #expect(try run("test \"$(env | grep -c ^A=b)\" = 1 -a -z \"$HOME\"") == .exited(code: 0))
        #expect(try run("exit 7") == .exited(code: 7))
        #expect(try run("kill -TERM $$") == .signalled(number: 15))
        // No descriptor of ours but the standard streams.
        #expect(try run("test \"$(ls /proc/self/fd | tr '\\n' ' ')\" = '0 1 2 3 '") == .exited(code: 0))
        let missing = #expect(throws: SystemError.self) {
            try ForegroundProgram.run("/nonexistent", arguments: [], environment: [])
        }
        #expect(missing?.code == .notFound)
    }

    @Test("A helper's secret is its first line; one that fails, or says too much, has none")
    func secrets() throws {
        let secret = { (script: String) throws in
            try ForegroundProgram.secret(
                from: "/bin/sh", arguments: ["-c", script], environment: ["PATH=/usr/bin:/bin"], limit: 16)?
                .withBytes { String(decoding: $0, as: UTF8.self) }
        }
        #expect(try secret("echo one; echo two") == "one")
        #expect(try secret("printf unended") == "unended")
        #expect(try secret("true") == "")
        #expect(try secret("echo one; exit 1") == nil)
        #expect(try secret("echo 12345678901234567") == nil)
    }

    @Test("A private directory is its owner's alone, its files too, and goes with them unless it is kept")
    func privateDirectory() throws {
        let tree = try TemporaryTree()
        try tree.add("source", "content")
        let source = SharedDescriptor(try FileDescriptor.open(forReading: "\(tree.path)/source"))
        var directory: PrivateDirectory? = try PrivateDirectory(in: tree.path)
        let path = try #require(directory?.path)
        try directory?.add("copy", contentOf: source)
        let files = try FileTree()
        #expect(try files.metadata(of: path).permissions == 0o700)
        #expect(try files.metadata(of: "\(path)/copy").permissions == 0o600)
        let copy = try #require(try directory?.open("copy"))
        #expect(try copy.hasSameContent(as: source))
        #expect(throws: SystemError.self) { try directory?.add("copy", contentOf: source) }
        directory = nil
        #expect(try files.exists(path) == false)

        let kept = try PrivateDirectory(in: tree.path)
        kept.isKept = true
        #expect(try files.exists(kept.path))
    }

    @Test("Files differ when a byte does, or when one ends before the other")
    func contents() throws {
        let tree = try TemporaryTree()
        let long = [UInt8](repeating: 7, count: 200_000)
        let open = { (name: String, bytes: [UInt8]) throws in
            try tree.add(name, bytes: bytes)
            return SharedDescriptor(try FileDescriptor.open(forReading: "\(tree.path)/\(name)"))
        }
        let whole = try open("whole", long)
        #expect(try whole.hasSameContent(as: open("same", long)))
        #expect(try !whole.hasSameContent(as: open("shorter", long.dropLast())))
        #expect(try !whole.hasSameContent(as: open("longer", long + [7])))
        #expect(try !whole.hasSameContent(as: open("other", long.dropLast() + [8])))
    }

    @Test("A link that was put in a file's place is not opened")
    func swapped() throws {
        let tree = try TemporaryTree()
        let directory = try PrivateDirectory(in: tree.path)
        try NameChanges.link("\(directory.path)/copy", to: "/etc/passwd")
        #expect(throws: SystemError.self) { try directory.open("copy") }
        try NameChanges.remove("\(directory.path)/copy")
        try NameChanges.remove("\(directory.path)/copy")
    }

    @Test("This process knows its own groups, variables and host")
    func surroundings() throws {
        let groups = try RunningProgram.output(of: ["id", "-G"]).split { $0 == " " || $0 == "\n" }.compactMap {
            UInt32($0)
        }
        #expect(Set(try CurrentProcess.groups() + [CurrentProcess.groupID]) == Set(groups))
        #expect(CurrentProcess.environmentVariables().contains { $0.name == "PATH" && !$0.value.isEmpty })
        #expect(try RunningProgram.output(of: ["uname", "-n"]) == "\(CurrentProcess.hostName() ?? "")\n")
    }
}
