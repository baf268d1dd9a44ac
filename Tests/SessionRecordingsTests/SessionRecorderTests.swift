import FoundationEssentials
import Glibc
import JSON
import LinuxSystem
import SessionRecordings
import TestSupport
import Testing

@Suite struct SessionRecorderTests {
    let tree: TemporaryTree
    let directory: String
    let start = ContinuousClock.now

    init() throws {
        tree = try TemporaryTree()
        directory = "\(tree.path)/recordings"
    }

    static let header = RecordingHeader(
        columns: 80, rows: 24, timestamp: 1_700_000_000, command: "apt upgrade", title: "r-1", terminalType: "xterm")

    func recorder(_ id: String = "a1", limit: Int = 64 << 20) throws -> SessionRecorder {
        try SessionRecorder(Self.header, id: id, in: directory, limit: limit, start: start)
    }

    func lines(_ id: String = "a1") throws -> [String] {
        try tree.content(of: "recordings/\(id).cast").split(separator: "\n").map(String.init)
    }

    func entries(_ id: String = "a1") throws -> [RecordedSession.Entry] {
        var session = try RecordedSession(id, in: directory)
        var entries: [RecordedSession.Entry] = []
        while let entry = try session.next() { entries.append(entry) }
        return entries
    }

    static func event(_ milliseconds: Int64, _ kind: RecordingEvent.Kind, _ text: String) -> RecordedSession.Entry {
        .event(RecordingEvent(microseconds: milliseconds * 1000, kind: kind, text: text))
    }

    @Test("What is written is read back, in order and with its times")
    func roundTrip() throws {
        var recorder = try recorder()
        try recorder.output("$ ".utf8, at: start + .milliseconds(1))
        try recorder.input("ls\r".utf8, echoing: true, at: start + .milliseconds(1500))
        try recorder.resized(columns: 100, rows: 30, at: start + .milliseconds(1501))
        try recorder.output("\u{1b}[31m\"\\\u{0}".utf8, at: start + .milliseconds(2000))
        try recorder.output("earlier?".utf8, at: start)
        try recorder.finish(at: start + .seconds(3))
        #expect(
            try entries() == [
                Self.event(1, .output, "$ "), Self.event(1500, .input, "ls\r"), Self.event(1501, .resize, "100x30"),
                Self.event(2000, .output, "\u{1b}[31m\"\\\u{0}"), Self.event(2000, .output, "earlier?"),
            ])
        #expect(try RecordedSession("a1", in: directory).header == Self.header)
        #expect(
            try lines()[0]
                == #"{"version":2,"width":80,"height":24,"timestamp":1700000000,"command":"apt upgrade","title":"r-1","env":{"TERM":"xterm"}}"#
        )
        #expect(try lines()[1] == #"[0.001000,"o","$ "]"#)
    }

    @Test("A character that comes in pieces is whole, wherever it was split, and what is no character is replaced")
    func characters() throws {
        let text = "aé漢🏰z"
        for split in 1..<text.utf8.count {
            var recorder = try recorder("s\(split)")
            try recorder.output(text.utf8.prefix(split), at: start)
            try recorder.output(text.utf8.dropFirst(split), at: start)
            try recorder.finish(at: start)
            let shown = try entries("s\(split)").map { if case .event(let event) = $0 { event.text } else { "?" } }
            #expect(shown.joined() == text)
        }
        var recorder = try recorder("invalid")
        try recorder.output([0x61, 0xff, 0x62, 0xe6, 0xbc], at: start)
        try recorder.output([0x63, 0xf0, 0x9f], at: start)
        try recorder.finish(at: start)
        #expect(
            try entries("invalid") == ["a\u{fffd}b", "\u{fffd}c", "\u{fffd}"].map { Self.event(0, .output, $0) })
    }

    @Test("What is typed with echo off is not kept, nor the half of a character that belonged to it")
    func echoOff() throws {
        var recorder = try recorder()
        try recorder.input([0x61, 0xc3], echoing: true, at: start)
        try recorder.input("hunter2\r".utf8, echoing: false, at: start)
        try recorder.input("ls".utf8, echoing: true, at: start)
        try recorder.finish(at: start)
        #expect(try entries() == [Self.event(0, .input, "a"), Self.event(0, .input, "ls")])
        #expect(try !tree.content(of: "recordings/a1.cast").contains("hunter"))
    }

    @Test("Whether a terminal echoes is asked of the terminal itself")
    func echoOfTerminal() throws {
        let (terminal, slave) = try PseudoTerminal.open()
        #expect(terminal.isEchoing)
        var settings = termios()
        #expect(tcgetattr(slave.pollNumber, &settings) == 0)
        settings.c_lflag &= ~tcflag_t(ECHO)
        #expect(tcsetattr(slave.pollNumber, TCSANOW, &settings) == 0)
        #expect(!terminal.isEchoing)
    }

    @Test("At the limit a marker says so, the file does not grow, and it stays a recording")
    func limit() throws {
        var recorder = try recorder(limit: 2000)
        for _ in 0..<100 { try recorder.output(repeatElement(UInt8(ascii: "x"), count: 100), at: start) }
        try recorder.finish(at: start)
        let isCut = recorder.isCut
        #expect(isCut)
        #expect(try entries().last == Self.event(0, .marker, "cut: the limit of 2000 bytes"))
        #expect(try entries().count > 5)
        #expect(try tree.content(of: "recordings/a1.cast").utf8.count < 2100)
    }

    @Test("A flood becomes lines that a reader can hold, with nothing lost")
    func flood() throws {
        var recorder = try recorder()
        try recorder.output(repeatElement(0x1b, count: 1_000_000), at: start)
        #expect(try lines().allSatisfy { $0.utf8.count < 1 << 20 })
        let count = try entries().reduce(0) {
            if case .event(let event) = $1 { $0 + event.text.utf8.count } else { $0 }
        }
        #expect(count == 1_000_000)
    }

    @Test("The file is its owner's alone, in a directory that is its owner's alone")
    func permissions() throws {
        _ = try recorder()
        let files = try FileTree(root: tree.path)
        #expect(try files.metadata(of: "/recordings").permissions == 0o700)
        #expect(try files.metadata(of: "/recordings/a1.cast").permissions == 0o600)
    }

    @Test(
        "A directory that others may enter or that is somebody else's is refused, and so is a file or link that is there"
    )
    func refusals() throws {
        try tree.addDirectory("open", .init(mode: 0o755))
        #expect(throws: RecordingError.unsafeDirectory(path: "\(tree.path)/open", why: "has mode 0755")) {
            _ = try SessionRecorder(Self.header, id: "a1", in: "\(tree.path)/open")
        }
        if FileSystemUser.isRoot {
            try tree.addDirectory("theirs", .init(mode: 0o700, owner: 61_234))
            #expect(throws: RecordingError.unsafeDirectory(path: "\(tree.path)/theirs", why: "belongs to uid 61234")) {
                _ = try SessionRecorder(Self.header, id: "a1", in: "\(tree.path)/theirs")
            }
        }
        _ = try recorder()
        try tree.add("target", "")
        try tree.addLink("recordings/link.cast", to: "\(tree.path)/target")
        for id in ["a1", "link"] {
            #expect(throws: RecordingError.system(SystemError("open", "\(directory)/\(id).cast", code: .exists))) {
                _ = try recorder(id)
            }
        }
        for id in ["", "../a1", "a/b", "a.b", "a\u{0}", String(repeating: "a", count: 65)] {
            #expect(throws: RecordingError.malformedID) { _ = try recorder(id) }
            #expect(throws: RecordingError.malformedID) { _ = try RecordedSession(id, in: directory) }
        }
    }

    @Test("A recorder that was killed leaves a recording that is read up to there")
    func truncated() throws {
        var recorder = try recorder()
        try recorder.output("first".utf8, at: start)
        try recorder.output("second".utf8, at: start)
        let whole = Array(try tree.content(of: "recordings/a1.cast").utf8)
        for length in (whole.count - 12)..<(whole.count - 1) {
            try tree.add("recordings/cut\(length).cast", bytes: Array(whole[..<length]))
            #expect(try entries("cut\(length)") == [Self.event(0, .output, "first"), .truncated(line: 3)])
        }
    }

    @Test(
        "A line that is no event is told by its number, and the rest is read",
        arguments: [
            "", "[]", "{}", "[1,\"o\"]", "[-1,\"o\",\"x\"]", "[1e300,\"o\",\"x\"]", "[1,\"q\",\"x\"]", "[1,\"o\",2]",
            "[NaN,\"o\",\"x\"]", "\u{1b}[2J", String(repeating: "[", count: 10_000),
        ])
    func malformed(line: String) throws {
        let header = String(decoding: Self.header.line, as: UTF8.self)
        try tree.add("recordings/h.cast", "\(header)\n\(line)\n[1.0,\"o\",\"x\"]\n")
        #expect(try entries("h") == [.malformed(line: 2), Self.event(1000, .output, "x")])
    }

    @Test(
        "What does not begin with a header of version 2 is no recording",
        arguments: [
            "", "\n", "{}\n", #"{"version":1,"width":80,"height":24}"# + "\n", #"{"version":2,"width":80,"height":24}"#,
            #"{"version":2,"width":-1,"height":24}"# + "\n", #"{"version":2,"width":1e9,"height":24}"# + "\n",
            "\u{0}\n",
        ])
    func noRecording(content: String) throws {
        try tree.add("recordings/n.cast", content)
        #expect(throws: RecordingError.noRecording(path: "\(directory)/n.cast")) {
            _ = try RecordedSession("n", in: directory)
        }
    }

    @Test("A pipe in the place of a recording is not waited for")
    func pipe() throws {
        try tree.addPipe("recordings/p.cast")
        #expect(throws: RecordingError.noRecording(path: "\(directory)/p.cast")) {
            _ = try RecordedSession("p", in: directory)
        }
    }

    @Test(
        "asciinema plays what is written, to the byte",
        .enabled(if: asciinema != nil, "no Python environment with asciinema (BAILEY_TEST_VENV)"))
    func thirdParty() throws {
        var recorder = try recorder()
        try recorder.output("\u{1b}[1mhöhe 漢字 🏰\u{1b}[0m \"quoted\" \\ <&>\r\n".utf8, at: start + .milliseconds(10))
        try recorder.input("x".utf8, echoing: true, at: start + .milliseconds(20))
        try recorder.resized(columns: 90, rows: 20, at: start + .milliseconds(25))
        try recorder.output("end\r\n".utf8, at: start + .milliseconds(30))
        try recorder.finish(at: start + .seconds(1))
        let said = try RunningProgram.output(of: [try #require(Self.asciinema), "cat", "\(directory)/a1.cast"])
        #expect(said == "\u{1b}[1mhöhe 漢字 🏰\u{1b}[0m \"quoted\" \\ <&>\r\nend\r\n")
    }

    private static let asciinema: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let folder = getenv("BAILEY_TEST_VENV").map { String(cString: $0) } ?? root.appending(path: ".build/venv").path
        let program = "\(folder)/bin/asciinema"
        return access(program, X_OK) == 0 ? program : nil
    }()
}
