import APIAccess
import Dispatch
import JSON
import LinuxSystem
import Storage
import Synchronization
import TestSupport
import Testing

/// Alerts in, over real sockets.
@Suite struct AlertAPITests {
    let core: RunningCore
    let token: String

    init() throws {
        core = try RunningCore()
        token = try core.token()
    }

    private func post(_ body: String, _ path: String = "/api/alerts", _ headers: [(String, String)] = []) throws
        -> RunningCore.Answer
    {
        try core.ask("POST", path, token: token, body, headers: headers)
    }

    @Test("One alert, an array and NDJSON are taken in: 201 new, 200 known, 207 where it differs, with a result each")
    func shapes() throws {
        let one = try post(#"{"id":"a","title":"trojan one","severity":"high"}"#)
        #expect(one.status == 201)
        let result = try #require(one.document["results"]?.elements?.first)
        #expect(
            result["result"]?.text == "created" && result["triage_id"]?.number != nil && result["verdict"]?.text != nil)
        #expect(
            try post(#"{"id":"b","title":"trojan one","severity":"high"}"#).document["results"]?.elements?.first?[
                "result"]?.text == "merged")
        let again = try post(#"{"id":"a","title":"trojan one","severity":"high"}"#)
        #expect(again.status == 200 && again.document["results"]?.elements?.first?["result"]?.text == "duplicate")
        let mixed = try post(#"[{"title":"trojan two"}, 7, {"id":"a","title":"trojan one","severity":"high"}]"#)
        #expect(mixed.status == 207)
        #expect(mixed.document["results"]?.elements?.compactMap { $0["status"]?.number } == [201, 400, 200])
        let lines = try post(
            "{\"title\":\"worm\"}\n{\"title\":\"virus\"}\n", "/api/alerts", [("Content-Type", "application/x-ndjson")])
        #expect(lines.status == 201 && lines.document["results"]?.elements?.count == 2)
        #expect(try post("[]").status == 200)
    }

    @Test("Whose token says that a finding is gone stands in the history of its case")
    func sender() throws {
        let program = try core.token("siem", [.alertsWrite])
        for (id, state) in [("a", "open"), ("b", "resolved")] {
            let finding =
                #"{"fingerprint":"f","kind":"posture","severity":"high","title":"door open","id":"\#(id)","state":"\#(state)","resource":{"kind":"setting","name":"door"}}"#
            _ = try core.ask("POST", "/api/alerts", token: program, finding)
        }
        let history = try core.ask("GET", "/api/cases/1", token: token).document["history"]?.elements ?? []
        #expect(
            history.filter { $0["event"]?.text == "resolved" }.map { $0["note"]?.text } == [
                "alert 1 is gone: door open; sent by siem"
            ])
    }

    @Test("A text is judged with as many techniques as are asked for, kept unless it is not to be")
    func text() throws {
        let text = #"{"alert_text":"powershell -enc downloaded mimikatz and dumped lsass memory","top_k":3"#
        let judged = try post(text + #","store":false}"#, "/triage")
        #expect(judged.status == 200 && judged.document["triage_id"] == nil)
        #expect(judged.document["triage"]?["matched_techniques"]?.elements?.count == 3)
        #expect(try core.ask("GET", "/api/alerts", token: token).document["alerts"]?.elements?.isEmpty == true)
        let kept = try post(text + "}", "/triage")
        #expect(kept.status == 201 && kept.document["triage_id"]?.number == 1)
        #expect(kept.document["triage"]?["matched_techniques"]?.elements?.count == 3)
        #expect(try post(text + "}", "/triage").status == 200)
    }

    @Test(
        "What cannot be read is 400 with the reason, never 500",
        arguments: [
            "", " ", "{", "[", "[1,2", "nul", "{\"title\":}", "\u{0}", "{\"title\":\"x\"} trailing", "7", "\"text\"",
            "{}",
            String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 10_000),
            "{\"title\":\"\\ud800\"}", "{\"title\":1e999}",
        ])
    func malformed(body: String) throws {
        let answer = try post(body)
        #expect(answer.status == 400, "\(answer.body.prefix(200))")
        let reason = answer.document["error"]?.text ?? answer.document["results"]?.elements?.first?["error"]?.text
        #expect(reason?.isEmpty == false)
    }

    @Test("Bytes that are no UTF-8, or another kind of body, or packed, are refused")
    func encodings() throws {
        #expect(try post(#"{"title":"x"}"#, "/api/alerts", [("Content-Type", "text/plain")]).status == 415)
        #expect(
            try post(#"{"title":"x"}"#, "/api/alerts", [("Content-Type", "application/json; charset=utf-16")]).status
                == 415)
        #expect(try post(#"{"title":"x"}"#, "/api/alerts", [("Content-Encoding", "gzip")]).status == 415)
        #expect(
            try post(#"{"title":"x"}"#, "/api/alerts", [("Content-Type", "Application/JSON;charset=UTF-8")]).status
                == 201)
        let connection = try UnixConnection.connect(to: "\(core.tree.path)/api.sock", until: .now + .patience)
        let body: [UInt8] = Array("{\"title\":\"".utf8) + [0xff, 0xfe, 0xc0, 0x80] + Array("\"}".utf8)
        let head =
            "POST /api/alerts HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\nContent-Length: \(body.count)\r\n\r\n"
        try connection.send(Array(head.utf8) + body, until: .now + .patience)
        let answer = try connection.receive(atMost: 4096, until: .now + .patience).bytes
        #expect(String(decoding: answer, as: UTF8.self).hasPrefix("HTTP/1.1 400 "))
    }

    @Test("Bodies over their limit are 413: 1 MiB, alerts 16 MiB")
    func tooLarge() throws {
        let comment = #"{"text":""# + String(repeating: "x", count: 1 << 20) + #""}"#
        #expect(try post(comment, "/api/cases/1/comments").status == 413)
        let alert = #"{"title":"big","message":""# + String(repeating: "x", count: 2 << 20) + #""}"#
        #expect(try post(alert).status == 201)
        let alerts = "[" + String(repeating: " ", count: 16 << 20) + "]"
        #expect(try post(alerts).status == 413)
        #expect(try post(#"{"title":"small"}"#).status == 201)
    }

    @Test("A key that is there twice is refused in what changes something, and a member nobody knows too")
    func strict() throws {
        _ = try post(#"{"title":"ransomware encrypted files","severity":"critical","host":"a","user":"u1"}"#)
        let path = "/api/cases/1/comments"
        #expect(try post(#"{"text":"a","text":"b"}"#, path).status == 400)
        #expect(try post(#"{"text":"a","txt":"b"}"#, path).status == 400)
        #expect(try post(#"{"text":7}"#, path).status == 400)
        #expect(try post(#"{"text":" \u0007 "}"#, path).status == 400)
        #expect(try post("[]", path).status == 400)
        #expect(try core.ask("GET", "/api/alerts?limit=5&limit=6", token: token).status == 400)
        #expect(try core.ask("GET", "/api/alerts?limt=5", token: token).status == 400)
        for bad in ["0", "-1", "01", "1e3", "99999999999999999999", "x", "%31%00", "1%"] {
            let status = try core.ask("GET", "/api/alerts/\(bad)", token: token).status
            #expect(status == 400, "\(bad)")
        }
        #expect(try core.ask("GET", "/api/alerts//1", token: token).status == 404)
    }

    @Test("A text that is too long is cut and a doubled key read by its last, in a text as in an alert")
    func sanitisedAlike() throws {
        let long = String(repeating: "worm ", count: 30_000)
        #expect(try post(#"{"alert_text":"\#(long)"}"#, "/triage").status == 201)
        #expect(try post(#"{"title":"worm","message":"\#(long)"}"#).status == 201)
        let doubled = try post(#"{"alert_text":"first","alert_text":"ransomware second"}"#, "/triage")
        #expect(doubled.status == 201)
        let kept = try core.ask("GET", "/api/alerts?limit=1", token: token).document["alerts"]?.elements?.first
        #expect(kept?["title"]?.text == "ransomware second")
        #expect(try post(#"{"title":"first","title":"second"}"#).status == 201)
        #expect(try post(#"{"alert_text":"x","alert_txt":"y"}"#, "/triage").status == 400)
        #expect(try post(#"{"alert_text":" \u0007 "}"#, "/triage").status == 400)
    }

    @Test("While another process holds the database a post is 503, which says nothing of the host; the log does")
    func held() throws {
        let (taken, over) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let queue = try WriteQueue(DatabaseFile(in: core.tree.path), now: 0)
        queue.submit { (group) throws(StorageError) in
            taken.signal()
            over.wait()
        } answer: { _ in
        }
        taken.wait()
        let answer = try post(#"{"title":"x"}"#)
        over.signal()
        #expect(answer.status == 503 && answer.document["error"]?.text?.contains("another process") == true)
        #expect(!answer.body.contains(core.tree.path) && !answer.body.contains("fuser"), "\(answer.body)")
        #expect(core.log.contains("fuser \(core.tree.path)"))
        #expect(try post(#"{"title":"x"}"#).status == 201)
    }

    @Test("Summaries are filtered and paged, and each page costs no more than a look at so many")
    func summaries() throws {
        let lines = (0..<30).map { number in
            #"{"title":"event \#(["alpha", "beta", "gamma"][number % 3]) \#(Character(Unicode.Scalar(UInt8(97 + number % 26))))\#(number / 26)","severity":"\#(["low", "high"][number % 2])","host":"h\#(number % 2)"}"#
        }
        #expect(try post(lines.joined(separator: "\n")).status < 300)
        func page(_ query: String) throws -> RunningCore.Answer {
            try core.ask("GET", "/api/summaries?\(query)", token: token)
        }
        let all = try page("limit=1000").document["summaries"]?.elements ?? []
        #expect(all.count >= 6)
        let high = try page("severity=high&host=H1").document["summaries"]?.elements ?? []
        #expect(!high.isEmpty && high.allSatisfy { $0["severity"]?.text == "high" && $0["host"]?.text == "h1" })
        #expect(try page("severity=high&host=h0").document["summaries"]?.elements?.isEmpty == true)
        var (ids, next): ([Double], Double?) = ([], nil)
        repeat {
            let answer = try page("limit=4" + (next.map { "&before=\(Int($0))" } ?? "")).document
            ids += (answer["summaries"]?.elements ?? []).compactMap { $0["triage_id"]?.number }
            next = answer["next"]?.number
        } while next != nil
        #expect(ids == all.compactMap { $0["triage_id"]?.number } && Set(ids).count == ids.count)
        #expect(
            try page("since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z").document["summaries"]?.elements?.isEmpty
                == true)
        #expect(try page("since=2019-10-31T00:00:00Z&until=2090-12-31T00:00:00%2B01:00").status == 200)
        #expect(try page("since=yesterday").status == 400)
    }

    @Test("Fifty clients at once each have their alerts taken in, and none is lost")
    func clients() throws {
        let (core, token) = (Sent(core), token)
        let taken = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: 50) { client in
            for number in 0..<4 {
                let body = #"{"id":"\#(client)-\#(number)","title":"trojan of all","user":"u\#(client)"}"#
                if let status = try? core.core.ask("POST", "/api/alerts", token: token, body).status, status < 300 {
                    taken.add(1, ordering: .relaxed)
                }
            }
        }
        #expect(taken.load(ordering: .relaxed) == 200)
        let alerts = try self.core.ask("GET", "/api/alerts?limit=1000", token: token).document["alerts"]?.elements ?? []
        #expect(alerts.compactMap { $0["occurrences"]?.number }.reduce(0, +) == 200)
    }
}

/// Asking makes a connection of its own each time, so that threads share nothing but what was said at the start.
private struct Sent: @unchecked Sendable {
    let core: RunningCore
    init(_ core: RunningCore) { self.core = core }
}
