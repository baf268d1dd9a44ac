import Foundation
import LinuxSystem
import TestSupport
import Testing
import Triage

@testable import Notifications

/// Syslog, the journal, OCSF and commands, against parsers of another make.
@Suite(.enabled(if: Receiver.environmentPython != nil, "no Python environment with parsers (BAILEY_TEST_VENV)"))
struct LogChannelTests {
    let tree: TemporaryTree

    init() throws { tree = try TemporaryTree() }

    @Test(
        "Syslog messages are RFC 5424 and CEF by others' parsers, whatever an alert says",
        arguments: ["udp", "tcp", "unix"])
    func syslog(transport: String) throws {
        let receiver = try Receiver(environment: "syslog_receiver.py", [transport, "\(tree.path)/log"])
        let place = transport == "unix" ? "socket: \(receiver.address)" : "host: 127.0.0.1, port: \(receiver.address)"
        let channel = try Samples.channel("kind: syslog, transport: \(transport), \(place)")
        #expect(try channel.send([Samples.hostileMessage, Samples.message(2)]).allSatisfy { $0 == nil })
        let seen = try receiver.received("receive 2")
        let first = try #require(seen.first)
        #expect(first["hostname"] as? String == "this-host" && first["appname"] as? String == "bailey-core")
        #expect(first["severity"] as? String == "err" && first["msgid"] as? String == "opened")
        let data = try #require((first["sd"] as? [String: Any])?["bailey@32473"] as? [String: Any])
        #expect(data["key"] as? String == Samples.hostileMessage.key && data["host"] as? String == "web-1 EVIL=1")
        let cef = try #require(first["cef"] as? [String: Any])
        #expect(cef["DeviceVendor"] as? String == "Bailey" && cef["DeviceSeverity"] as? String == "8")
        #expect(cef["externalId"] as? String == Samples.hostileMessage.key)
        #expect(cef["msg"] as? String == CommonEventFormat.value(Samples.hostileMessage.title))
        #expect(try #require(first["raw"] as? String).split(separator: "\n").count == 1)
        #expect((seen.last?["cef"] as? [String: Any])?["DeviceName"] as? String == "message 2")
    }

    @Test("CEF has no bar, equals sign or backslash of an alert's in its header, and in pairs they are escaped")
    func cef() {
        #expect(CommonEventFormat.field("a|b\\c=d\ne\u{7}") == "a/b/c:d e ")
        #expect(CommonEventFormat.value("a|b\\c=d\ne\u{7}") == "a|b\\\\c\\=d\\ne")
    }

    @Test("Where nobody listens, a message is not sent: it is tried again")
    func nobody() throws {
        for text in [
            "transport: unix, socket: \(tree.path)/none", "transport: tcp, host: 127.0.0.1, port: 1",
            "transport: tcp, host: never.invalid",
        ] {
            let channel = try Samples.channel("kind: syslog, \(text)")
            #expect(Samples.failure(channel)?.kind == .transient(after: nil), "\(text)")
        }
        let journal = try Samples.channel("kind: journald, socket: \(tree.path)/none")
        #expect(Samples.failure(journal)?.kind == .transient(after: nil))
    }

    @Test("An entry of the journal has its fields and no other, whatever an alert says")
    func journald() throws {
        let receiver = try Receiver(environment: "syslog_receiver.py", ["journal", "\(tree.path)/journal"])
        let channel = try Samples.channel("kind: journald, socket: \(receiver.address)")
        let injected = AlertMessage(
            key: "k", event: "opened", at: EventTime(milliseconds: 0), severity: .critical, title: "x",
            host: "h", caseID: 1, reasons: ["a\nEVIL=1"])
        #expect(try channel.send([Samples.hostileMessage, injected]).allSatisfy { $0 == nil })
        let answer = try receiver.tell("receive 2")
        let entries = try #require(
            try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [[[String]]])
        for entry in entries {
            #expect(
                entry.map { $0[0] }.allSatisfy {
                    $0 == "MESSAGE" || $0 == "PRIORITY" || $0 == "MESSAGE_ID" || $0 == "SYSLOG_IDENTIFIER"
                        || $0.hasPrefix("BAILEY_")
                })
            #expect(Set(entry.map { $0[0] }).count == entry.count)
        }
        let fields = Dictionary(uniqueKeysWithValues: entries[0].map { ($0[0], $0[1]) })
        #expect(fields["PRIORITY"] == "3" && fields["BAILEY_KEY"] == Samples.hostileMessage.key)
        #expect(fields["BAILEY_TEXT"] == Samples.hostileMessage.text)
    }

    @Test(
        "OCSF lines are detection findings by another's model of the schema, and what a crash cut off stays a line of its own"
    )
    func ocsf() throws {
        let channel = try Samples.channel("kind: ocsf, path: \(tree.path)/alerts.jsonl")
        #expect(try channel.send([Samples.hostileMessage]).allSatisfy { $0 == nil })
        try tree.add("alerts.jsonl", try tree.content(of: "alerts.jsonl") + "{\"cut")
        #expect(try channel.send([Samples.message(2), Samples.message(3)]).allSatisfy { $0 == nil })
        let lines = try tree.content(of: "alerts.jsonl").split(separator: "\n").map(String.init)
        #expect(lines.count == 4 && lines[1] == "{\"cut")
        try tree.add("sound.jsonl", [lines[0], lines[2], lines[3]].joined(separator: "\n"))
        let check = """
            import sys
            from py_ocsf_models.events.findings.detection_finding import DetectionFinding
            for line in open(sys.argv[1], encoding='utf-8'):
                finding = DetectionFinding.model_validate_json(line)
                assert finding.class_uid == 2004 and finding.type_uid == finding.class_uid * 100 + finding.activity_id
                print(finding.severity, finding.metadata.uid)
            """
        let python = try #require(Receiver.environmentPython)
        let output = try RunningProgram.output(of: [python, "-c", check, "\(tree.path)/sound.jsonl"])
        #expect(output.split(separator: "\n").first == "High \(Samples.hostileMessage.key)")
        // Our own reader, which others' lines go through, knows what we write.
        let read = try SubmittedAlerts(parsing: Array(lines[0].utf8)).items[0].get()
        #expect(read.source == .ocsf && read.severity == .high && read.claimedTechniques.contains("T1110"))
    }

    @Test("A file of OCSF that is made is its owner's alone")
    func ocsfPermissions() throws {
        let channel = try Samples.channel("kind: ocsf, path: \(tree.path)/new.jsonl")
        #expect(Samples.failure(channel) == nil)
        #expect(try FileTree().metadata(of: "\(tree.path)/new.jsonl").permissions & 0o777 == 0o600)
        let elsewhere = try Samples.channel("kind: ocsf, path: \(tree.path)/no/new.jsonl")
        #expect(Samples.failure(elsewhere)?.kind == .transient(after: nil))
    }

    @Test(
        "A command gets the message as text; one that is not listed, or is a shell, gets none; one that fails is tried again"
    )
    func command() throws {
        try tree.add("page", "#!/bin/sh\ncat > \(tree.path)/got\n", .init(mode: 0o755))
        try tree.add("fails", "#!/bin/sh\nexit 4\n", .init(mode: 0o755))
        try tree.addLink("shell", to: "/bin/sh")
        let listed = ["page", "fails", "shell"].map { "\(tree.path)/\($0)" }
        func channel(_ name: String, _ listed: [String]) throws -> any NotificationChannel {
            try Samples.channel("kind: command, command: \(tree.path)/\(name)", commands: listed)
        }
        #expect(Samples.failure(try channel("page", listed), Samples.hostileMessage) == nil)
        #expect(try tree.content(of: "got") == Samples.hostileMessage.text)
        #expect(Samples.failure(try channel("page", []))?.kind == .permanent)
        #expect(Samples.failure(try channel("shell", listed))?.kind == .permanent)
        #expect(Samples.failure(try channel("fails", listed))?.kind == .transient(after: nil))
    }
}
