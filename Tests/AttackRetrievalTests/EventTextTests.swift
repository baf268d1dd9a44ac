import Testing

@testable import AttackRetrieval

@Suite("Raw events")
struct EventTextTests {
    static func words(_ text: String) -> [String] {
        var words: [String] = []
        EventText(text.utf8).forEachWord {
            words.append(String(decoding: $0, as: UTF8.self))
            return true
        }
        return words
    }

    @Test(
        "Values are kept; names of fields, times, numbers, addresses, GUIDs, digests and common path words are not",
        arguments: [
            (#"{"EventID": 1, "Image": "/usr/bin/doas", "CommandLine": "doas id"}"#, ["doas", "doas", "id"]),
            (#"{\"CommandLine\": \"whoami\"}"#, ["whoami"]),
            (
                "Image=C:\\Windows\\System32\\reg.exe CommandLine=\"reg save hklm\\sam\"",
                ["reg", "reg", "save", "hklm", "sam"]
            ),
            ("2025-06-08T18:43:31Z query=evil.example", ["evil", "example"]),
            ("src_ip=10.30.4.101 dst=192.0.2.1 uid=0 action=deny", ["deny"]),
            ("id={0197231E-046C-6928-160C-000000000D00} x=fed85bf9-e075-4280-9159-fbe8a023d6fa y=kept", ["kept"]),
            ("Hashes=SHA256=0123456789abcdef x=d41d8cd98f00b204e9800998ecf8427e y=kept", ["kept"]),
            ("GrantedAccess=0x1010 TargetImage=lsass.exe", ["0x1010", "lsass"]),
            ("run=net user /domain:corp --output=file", ["net", "user", "domain", "corp", "output", "file"]),
            ("url=http://evil.example:8080/a.php", ["http", "evil", "example", "php"]),
            ("c=sekurlsa::logonpasswords", ["sekurlsa", "logonpasswords"]),
            ("User=alice Image=nc", ["nc"]),
        ])
    func words(text: String, expected: [String]) { #expect(Self.words(text) == expected) }

    @Test(
        "Sentences are told from raw events",
        arguments: [
            ("Mimikatz dumps LSASS memory.", false), ("Detects: a process that starts cmd.exe", false),
            (#"{"Image": "x"}"#, true), ("EventID=1 Image=a CommandLine=b", true), ("", false),
            ("type=SYSCALL msg=audit(1751043605.583:18288): arch=c000003e", true),
        ])
    func kinds(text: String, isRaw: Bool) { #expect(EventText(text.utf8).isRaw == isRaw) }

    @Test("A title and the event behind it are two queries, however they are put together")
    func titleAndBody() {
        let event = "EventID=1 Image=reg.exe CommandLine=save"
        #expect(AttackQuery(event) == AttackQuery(title: "", body: event))
        for separator in [". ", "\n", "\t"] {
            let query = AttackQuery("Registry hive saved\(separator)\(event)")
            #expect(query.title.hasPrefix("Registry hive saved"))
            #expect(query.body.hasSuffix(event))
        }
        #expect(
            AttackQuery(#"{"title": "Hive saved", "body": "a=b"}"#) == AttackQuery(title: "Hive saved", body: "a=b"))
        #expect(
            AttackQuery(#"{"rule": {"description": "Hive saved"}, "full_log": "a=b"}"#)
                == AttackQuery(title: "Hive saved", body: "a=b"))
        #expect(
            AttackQuery(#"{"title": "Hive saved", "event": {"Image": "reg"}}"#)
                == AttackQuery(title: "Hive saved", body: #"{"Image":"reg"}"#))
        #expect(AttackQuery("Just words") == AttackQuery(title: "Just words", body: ""))
    }
}
