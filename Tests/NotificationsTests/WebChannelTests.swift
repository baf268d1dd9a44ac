import Cryptography
import Foundation
import LinuxSystem
import TestSupport
import Testing
import Triage

@testable import Notifications

/// Webhook, Slack and the bulk API, against a server of another make.
@Suite struct WebChannelTests {
    let tree: TemporaryTree
    let receiver: Receiver
    var base: String { "http://127.0.0.1:\(receiver.address)" }

    init() throws {
        tree = try TemporaryTree()
        receiver = try Receiver("http_receiver.py")
        try tree.add("key", "s3cret-key\n", .init(mode: 0o600))
    }

    private func seen() throws -> [SeenRequest] { try receiver.received().map(SeenRequest.init) }

    @Test(
        "A webhook's signature is what Python's hmac makes of the timestamp and the body that arrived, and the key is the message's"
    )
    func webhook() throws {
        let channel = try Samples.channel("kind: webhook, url: \"\(base)/hook\", key_file: \(tree.path)/key")
        #expect(Samples.failure(channel, Samples.hostileMessage) == nil)
        let request = try #require(try seen().first)
        let timestamp = try #require(request.headers["x-bailey-timestamp"])
        #expect(request.headers["idempotency-key"] == Samples.hostileMessage.key)
        try tree.add("body", bytes: request.body)
        let check = """
            import hashlib, hmac, sys
            body = open(sys.argv[1], 'rb').read()
            print('v1=' + hmac.new(b's3cret-key', b'v1:' + sys.argv[2].encode() + b':' + body, hashlib.sha256).hexdigest())
            """
        let expected = try RunningProgram.output(of: ["python3", "-c", check, "\(tree.path)/body", timestamp])
        #expect(request.headers["x-bailey-signature"].map { "\($0)\n" } == expected)
        #expect(AlertMessage(document: request.body) == Samples.hostileMessage)
        #expect(!request.text.contains("s3cret"))
    }

    @Test(
        "What the receiver answers decides: taken, to be tried again, or refused for good",
        arguments: [
            (200, nil), (202, nil), (400, .permanent), (401, .permanent), (404, .permanent), (301, .permanent),
            (408, .transient(after: nil)), (429, .transient(after: nil)), (500, .transient(after: nil)),
            (503, .transient(after: nil)),
        ] as [(Int, DeliveryError.Kind?)])
    func statuses(status: Int, expected: DeliveryError.Kind?) throws {
        let channel = try Samples.channel(
            "kind: webhook, url: \"\(base)/status/\(status)\", key_file: \(tree.path)/key")
        #expect(Samples.failure(channel)?.kind == expected)
    }

    @Test("A key that others can read is not used, and nothing is sent; nor is one that is not there")
    func keyFile() throws {
        let channel = try Samples.channel("kind: webhook, url: \"\(base)/\", key_file: \(tree.path)/key")
        try tree.add("key", "s3cret-key", .init(mode: 0o644))
        let open = try #require(Samples.failure(channel))
        #expect(open.description.contains("is open to others") && !open.description.contains("s3cret"))
        try tree.add("key", "\n", .init(mode: 0o600))
        #expect(Samples.failure(channel)?.description.contains("is empty") == true)
        let none = try Samples.channel("kind: webhook, url: \"\(base)/\", key_file: \(tree.path)/none")
        #expect(Samples.failure(none)?.kind == .transient(after: nil))
        #expect(try receiver.received().isEmpty)
    }

    @Test("What is joined to a sign of Slack's markup does not keep it from being escaped")
    func markedSlack() {
        let escaped = SlackChannel.escaped("<\u{301}!channel>\u{200d} \u{600}&\u{301}")
        #expect(
            escaped.unicodeScalars.elementsEqual("&lt;\u{301}!channel&gt;\u{200d} \u{600}&amp;\u{301}".unicodeScalars))
    }

    @Test("A text of joined signs is cut to what Slack takes, which would refuse the message for it")
    func joinedSlack() throws {
        var message = Samples.hostileMessage
        message.title = String(repeating: "a\u{301}\u{301}\u{301}", count: 400)
        message.reasons = Array(repeating: message.title, count: 5)
        let body = try #require(
            try JSONSerialization.jsonObject(with: Data(SlackChannel.body(of: message))) as? [String: Any])
        for block in try #require(body["blocks"] as? [[String: Any]]) {
            let text = try #require(block["text"] as? [String: Any])
            let limit = block["type"] as? String == "header" ? 150 : 3000
            #expect(try #require(text["text"] as? String).utf16.count <= limit)
        }
    }

    @Test("Slack reads no markup, no mention and no link of an alert's text, and its URL is never told")
    func slack() throws {
        try tree.add("url", "\(base)/services/T0/B0/s3cret\n", .init(mode: 0o600))
        let channel = try Samples.channel("kind: slack, url_file: \(tree.path)/url")
        #expect(Samples.failure(channel, Samples.hostileMessage) == nil)
        let body = try #require(try seen().first).json
        let line = try #require(body["text"] as? String)
        #expect(!line.contains("<") && line.contains("&lt;!channel&gt;") && line.contains("&amp;"))
        let blocks = try #require(body["blocks"] as? [[String: Any]])
        #expect(blocks.count == 4)
        for block in blocks {
            let text = try #require(block["text"] as? [String: Any])
            #expect(text["type"] as? String == "plain_text")
            let limit = block["type"] as? String == "header" ? 150 : 3000
            #expect(try #require(text["text"] as? String).count <= limit)
        }
        try tree.add("url", "http://127.0.0.1:1/services/s3cret", .init(mode: 0o600))
        let error = try #require(Samples.failure(channel))
        #expect(error.kind == .transient(after: nil) && !error.description.contains("s3cret"))
    }

    @Test(
        "Documents go to the bulk API in its form; each is there once, whatever comes twice; what it refuses is told apart"
    )
    func bulk() throws {
        let channel = try Samples.channel(
            "kind: elasticsearch, url: \"\(base)/\", index: bailey-alerts, api_key_file: \(tree.path)/key")
        let batch = [Samples.message(1), Samples.hostileMessage, Samples.message(2)]
        try receiver.tell("refuse \(batch[2].key)")
        let outcomes = try channel.send(batch)
        #expect(outcomes.map { $0?.kind } == [nil, nil, .permanent])
        // The server knows the first two by their ids now, and answers 409.
        #expect(try channel.send(Array(batch.prefix(2))).allSatisfy { $0 == nil })
        let request = try #require(try seen().first)
        #expect(request.headers["authorization"] == "ApiKey s3cret-key")
        #expect(request.headers["content-type"] == "application/x-ndjson")
        let lines = request.text.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 7 && lines.last == "")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(lines[3].utf8)) as? [String: Any])
        #expect(document["@timestamp"] as? String == "2026-03-01T08:00:00Z")
        #expect((document["threat"] as? [String: Any])?["framework"] as? String == "MITRE ATT&CK")
    }

    @Test("What answers 200 and is no bulk API has taken nothing")
    func noBulk() throws {
        let channel = try Samples.channel("kind: elasticsearch, url: \"\(base)/status/200/\", index: x")
        #expect(Samples.failure(channel)?.kind == .transient(after: nil))
    }
}
