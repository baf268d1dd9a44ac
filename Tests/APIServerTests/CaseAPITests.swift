import APIAccess
import Foundation
import JSON
import LinuxSystem
import SQLite
import Storage
import TestSupport
import Testing

/// From an alert to a closed case with its evidence, by the API and by the command line through it.
@Suite struct CaseAPITests {
    let core: RunningCore
    let token: String

    init() throws {
        core = try RunningCore()
        token = try core.token("ann")
        for alert in [
            #"{"title":"ransomware encrypted files","severity":"critical","host":"web-1","user":"mallory","process":"evil.exe"}"#,
            #"{"title":"shadow copies deleted by vssadmin","severity":"critical","host":"web-1","user":"mallory","process":"evil.exe"}"#,
        ] {
            #expect(try core.ask("POST", "/api/alerts", token: token, alert).status == 201)
        }
    }

    private func post(_ path: String, _ body: String) throws -> RunningCore.Answer {
        try core.ask("POST", path, token: token, body)
    }

    @Test("A case is assigned, tagged, commented on and moved to its end, in the name of the token")
    func life() throws {
        #expect(try post("/api/cases/1/assign", #"{"assignee":"bob"}"#).document["assignee"]?.text == "bob")
        #expect(try post("/api/cases/1/tags", #"{"tag":"näher ansehen"}"#).status == 200)
        #expect(try post("/api/cases/1/tags", #"{"tag":"näher ansehen"}"#).status == 409)
        #expect(
            try core.ask("GET", "/api/cases/1", token: token).document["tags"]?.elements == [.text("näher ansehen")])
        #expect(try core.ask("DELETE", "/api/cases/1/tags/n%C3%A4her%20ansehen", token: token).status == 200)
        #expect(try post("/api/cases/1/comments", #"{"text":"seen before"}"#).status == 200)
        let illegal = try post("/api/cases/1/transition", #"{"state":"executed"}"#)
        #expect(illegal.status == 409 && illegal.document["error"]?.text?.contains("next may be") == true)
        #expect(
            try post("/api/cases/1/transition", #"{"state":"closed","note":"done"}"#).document["state"]?.text
                == "closed")
        #expect(try post("/api/cases/1/transition", #"{"state":"open"}"#).status == 409)
        #expect(try post("/api/cases/99/transition", #"{"state":"closed"}"#).status == 404)
        let history = try core.ask("GET", "/api/cases/1", token: token).document["history"]?.elements ?? []
        let mine = history.filter { $0["actor"]?.text == "ann" }.compactMap { $0["event"]?.text }
        #expect(mine == ["assigned", "tagged", "untagged", "comment", "state"])
    }

    @Test("Cases are split and merged")
    func splitAndMerge() throws {
        let alerts = try core.ask("GET", "/api/cases/1", token: token).document["alerts_in_case"]?.elements ?? []
        #expect(alerts.count == 2)
        let split = try post("/api/cases/1/split", #"{"alerts":[2]}"#)
        #expect(split.status == 201 && split.document["new_case"]?["case_id"]?.number == 2)
        #expect(try post("/api/cases/1/split", #"{"alerts":[1]}"#).status == 409)
        #expect(try post("/api/cases/1/split", #"{"alerts":[]}"#).status == 400)
        #expect(try post("/api/cases/2/merge", #"{"into":2}"#).status == 409)
        #expect(try post("/api/cases/2/merge", #"{"into":1}"#).document["merged_into"]?.number == 1)
    }

    @Test("Feedback is its analyst's, given once, counted, exported and taken back")
    func feedback() throws {
        let given = try post(
            "/feedback",
            #"{"triage_id":1,"label":"false_positive","verdict":"LOW","techniques":["T1486"],"note":"a test"}"#)
        #expect(given.status == 201 && given.document["analyst"]?.text == "ann")
        #expect(try post("/feedback", #"{"triage_id":1,"label":"true_positive"}"#).status == 409)
        #expect(try post("/feedback", #"{"triage_id":99,"label":"true_positive"}"#).status == 404)
        #expect(try post("/feedback", #"{"triage_id":2,"label":"true_positive","techniques":["T9999"]}"#).status == 409)
        #expect(try post("/feedback", #"{"triage_id":2,"label":"maybe"}"#).status == 400)
        let accuracy = try core.ask("GET", "/feedback/accuracy", token: token).document
        #expect(accuracy["overall"]?["total"]?.number == 1 && accuracy["overall"]?["count"]?.number == 0)
        let lines = try core.ask("GET", "/feedback/export", token: token).body.split(separator: "\n")
        #expect(lines.count == 1 && lines[0].contains(#""techniques":["T1486"]"#))
        let withdrawn = try core.ask("DELETE", "/feedback/1", token: token)
        #expect(withdrawn.status == 200 && withdrawn.document["feedback_id"]?.number == 1)
        #expect(withdrawn.document["judged_anew"]?.number == 1 && withdrawn.document["left"]?.number == 0)
        #expect(try core.ask("DELETE", "/feedback/1", token: token).status == 404)
        #expect(try core.ask("GET", "/feedback/accuracy", token: token).document["overall"]?["total"]?.number == 0)
    }

    @Test("An alert is kept quiet until a time that lies ahead")
    func suppression() throws {
        #expect(
            try post("/api/alerts/1/suppression", #"{"until":"2099-01-01T00:00:00Z"}"#).document["state"]?.text
                == "suppressed")
        #expect(try post("/api/alerts/1/suppression", #"{"until":"2021-01-01T00:00:00Z"}"#).status == 409)
        // Every day of every month, and offsets, as RFC 3339 has them.
        for end in ["2098-10-29", "2098-11-30", "2098-12-31", "2096-02-29"] {
            for offset in ["Z", "+01:00", "-23:59"] {
                let until = "\(end)T00:00:00\(offset)"
                #expect(try post("/api/alerts/1/suppression", #"{"until":"\#(until)"}"#).status == 200, "\(until)")
            }
        }
        for none in ["2097-02-29T00:00:00Z", "2098-11-31T00:00:00Z", "2098-11-30T00:00:00"] {
            #expect(try post("/api/alerts/1/suppression", #"{"until":"\#(none)"}"#).status == 400, "\(none)")
        }
        #expect(try post("/api/alerts/9/suppression", #"{"until":"2099-01-01T00:00:00Z"}"#).status == 404)
        #expect(try post("/api/alerts/1/suppression", #"{"until":"tomorrow"}"#).status == 400)
    }

    @Test("Reports, figures and metrics are served, the page with its own style and nothing from elsewhere")
    func figures() throws {
        #expect(try core.ask("GET", "/api/kpis?period=7d", token: token).document["mttd"]?["count"]?.number == 1)
        #expect(try core.ask("GET", "/api/kpis?period=1y", token: token).status == 400)
        let made = try post("/api/reports", #"{"kind":"incident","case":1}"#)
        #expect(made.status == 201)
        #expect(try post("/api/reports", #"{"kind":"incident"}"#).status == 409)
        #expect(try core.ask("GET", "/api/reports", token: token).document["reports"]?.elements?.count == 1)
        let page = try core.ask("GET", "/api/reports/1?format=html", token: token)
        #expect(
            page.header("content-type") == "text/html; charset=utf-8"
                && page.body.contains("ransomware encrypted files"))
        #expect(try core.ask("GET", "/metrics", token: token).body.contains("bailey_cases{state="))
    }

    @Test("With --server every command prints what it prints from the store, and acts in the name of the token")
    func commands() throws {
        try core.tree.add("token", token + "\n", .init(mode: 0o600))
        let servers = ["unix:\(core.tree.path)/api.sock", core.url]
        try addDeadLetters(1)
        let commands = [
            ["alerts"], ["alerts", "--json"], ["alerts", "list", "--severity", "critical", "--limit", "1"],
            ["alerts", "show", "1"],
            ["alerts", "show", "1", "--json"], ["alerts", "show", "1", "--payload"], ["alerts", "--entity", "mallory"],
            ["cases"], ["cases", "--json"], ["cases", "show", "1"], ["cases", "show", "1", "--json"],
            ["cases", "timeline", "1"], ["cases", "timeline", "1", "--json"], ["cases", "sigma", "1"],
            ["cases", "--stalled"], ["feedback", "accuracy"], ["feedback", "accuracy", "--json"],
            ["feedback", "export"], ["alerts", "sent", "--all"], ["alerts", "sent", "--json"], ["alerts", "dead"],
            ["alerts", "dead", "list", "--channel", "hook", "--json"], ["alerts", "dead", "show", "1"],
            ["alerts", "dead", "show", "1", "--json"], ["alerts", "dead", "show", "77"],
            ["alerts", "dead", "retry", "77"], ["alerts", "dead", "drop", "77"], ["evidence", "key"],
            ["evidence", "key", "--json"], ["core", "status"],
            ["core", "status", "--json", "--check"], ["core", "status", "--metrics"], ["kpis", "--json"], ["kpis"],
            ["triage", "--no-store", "mimikatz dumped lsass memory"],
            ["triage", "--no-store", "--json", #"{"title":"mimikatz"}"#], ["report", "--list"],
            ["playbooks"], ["playbooks", "--json"], ["playbooks", "show", "ransomware"], ["playbooks", "show", "x"],
            ["cases", "show", "77"],
            ["alerts", "show", "77"], ["triage", "{"],
        ]
        for command in commands {
            let direct = try core.bailey(command + ["--state", core.tree.path])
            for server in servers {
                let asked = try core.bailey(command + ["--server", server, "--token-file", "\(core.tree.path)/token"])
                #expect(asked.status == direct.status, "\(command) \(asked.errors)")
                #expect(Self.timeless(asked.output) == Self.timeless(direct.output), "\(command)")
                #expect(asked.errors == direct.errors, "\(command)")
            }
        }
    }

    /// Messages to nobody, as a core leaves them whose channel failed.
    private func addDeadLetters(_ count: Int) throws {
        let queue = try WriteQueue(DatabaseFile(in: core.tree.path), now: 0)
        try queue.write { (connection) throws(StorageError) in
            do throws(SQLiteError) {
                for number in 1...count {
                    try connection.execute(
                        """
                        INSERT INTO notifications VALUES (?, ?, 1, 'hook', 'all', 4, ?, 'dead', 3, 0, 1000, 2000, NULL, 'the receiver answered 503', ?)
                        """,
                        [
                            .integer(number), .integer(-number), .text("key-\(number)"),
                            .text(
                                #"{"schema":1,"key":"k","event":"opened","at":"x","at_ms":1000,"severity":"high","title":"told nobody"}"#
                            ),
                        ])
                }
            } catch { throw .database(error) }
        }
    }

    @Test("Dead letters are listed, shown, tried again and given up over the API, by who may and nobody else")
    func deadLetters() throws {
        try addDeadLetters(4)
        let list = try core.ask("GET", "/api/notifications?state=dead&channel=hook", token: token)
        #expect(list.document["notifications"]?.elements?.count == 4)
        let shown = try core.ask("GET", "/api/notifications/2", token: token)
        #expect(shown.document["message"]?["title"]?.text == "told nobody")
        #expect(try core.ask("GET", "/api/notifications/77", token: token).status == 404)
        let reader = try core.token("reader", [.notificationsRead])
        #expect(try core.ask("POST", "/api/notifications/1/drop", token: reader).status == 403)
        let sender = try core.token("sender", [.alertsRead, .alertsWrite])
        #expect(try core.ask("GET", "/api/notifications", token: sender).status == 403)
        #expect(try core.ask("POST", "/api/notifications/1/drop", token: token).document["dropped"]?.number == 1)
        #expect(try core.ask("POST", "/api/notifications/1/drop", token: token).status == 404)
        #expect(try core.ask("POST", "/api/notifications/2/retry", token: token).document["queued"]?.number == 1)
        try core.tree.add("token", token + "\n", .init(mode: 0o600))
        let there = ["--server", core.url, "--token-file", "\(core.tree.path)/token"]
        #expect(try core.bailey(["alerts", "dead", "drop", "--all"] + there).output.contains("dropped: "))
        #expect(try core.bailey(["alerts", "dead", "list"] + there).output.isEmpty)
        #expect(try core.bailey(["alerts", "check", "--json"] + there).output.contains("\"valid\": true"))
    }

    @Test(
        "Feedback and keeping an alert quiet are a person's word: a program's token is refused whatever its scopes, and told what to do"
    )
    func programs() throws {
        let name = try #require(APIToken.Name("prog"))
        let secret = try APITokenFile(in: core.tree.path).create(
            name, holder: .program, scopes: RunningCore.all, now: 1)
        let program = secret.withBytes { String(decoding: $0, as: UTF8.self) }
        let given = try core.ask("POST", "/feedback", token: program, #"{"triage_id":1,"label":"false_positive"}"#)
        #expect(given.status == 403 && given.document["error"]?.text?.contains("without --program") == true)
        #expect(try core.ask("DELETE", "/feedback/1", token: program).status == 403)
        let until = #"{"until":"2098-01-01T00:00:00Z"}"#
        #expect(try core.ask("POST", "/api/alerts/1/suppression", token: program, until).status == 403)
        #expect(try core.ask("GET", "/feedback/accuracy", token: program).document["overall"]?["total"]?.number == 0)
        #expect(try core.ask("POST", "/api/cases/1/comments", token: program, #"{"text":"seen"}"#).status == 200)
    }

    @Test("Rules are drafted of a confirmed case alone: the states that people moved it to, or an analyst's word")
    func confirmed() throws {
        func sigma(_ id: Int = 1) throws -> RunningCore.Answer {
            try core.ask("GET", "/api/cases/\(id)/sigma", token: token)
        }
        let open = try sigma()
        #expect(open.status == 409)
        #expect(open.document["error"]?.text?.contains("planned, approved, executed, closed") == true)
        #expect(try post("/feedback", #"{"triage_id":1,"label":"true_positive"}"#).status == 201)
        #expect(try sigma().status == 200)
        #expect(try post("/api/cases/1/transition", #"{"state":"false_positive"}"#).status == 200)
        #expect(try sigma().status == 409)
        #expect(
            try post("/api/alerts", #"{"title":"worm","severity":"critical","host":"w2","user":"eve"}"#).status == 201)
        let other = try #require(
            try core.ask("GET", "/api/cases?limit=1", token: token).document["cases"]?.elements?.first)
        let id = Int(other["case_id"]?.number ?? 0)
        #expect(try sigma(id).status == 409)
        #expect(try post("/api/cases/\(id)/transition", #"{"state":"closed"}"#).status == 200)
        let rules = try sigma(id)
        #expect(rules.status == 200 && rules.body.contains("category: process_creation"), "\(rules.body)")
    }

    @Test("A pack is held against the key of the core here, or the one that is named, and whose it is is said")
    func evidenceKeys() throws {
        let (own, other) = (core.tree.path, try TemporaryTree())
        let key = try core.bailey(["evidence", "key", "--state", own]).output
        #expect(key == (try core.tree.content(of: "evidence.pub")) && key.hasPrefix("-----BEGIN PUBLIC KEY-----"))
        try core.tree.add("pack.json", try core.bailey(["evidence", "export", "1", "--state", own]).output)
        let pack = "\(own)/pack.json"
        let here = try core.bailey(["evidence", "verify", pack, "--state", own])
        #expect(here.status == 0 && here.output.contains("signed with the key in \(own)/evidence.pub"), "\(here)")
        #expect(try core.bailey(["evidence", "verify", pack, "--key", "\(own)/evidence.pub"]).status == 0)
        // A state without a key yet: whose key it was is said.
        let digits = try #require(
            try core.ask("GET", "/api/evidence/key", token: token).document["public_key"]?.text)
        let nowhere = try core.bailey(["evidence", "verify", pack, "--state", other.path])
        #expect(nowhere.status == 0 && nowhere.output.contains(digits), "\(nowhere)")
        #expect(try core.bailey(["evidence", "key", "--state", other.path]).status == 3)
        // A pack of another core's key does not pass for one of this.
        for name in ["core.db", "core.db-wal"] {
            try FileManager.default.copyItem(atPath: "\(own)/\(name)", toPath: "\(other.path)/\(name)")
        }
        try other.add("pack.json", try core.bailey(["evidence", "export", "1", "--state", other.path]).output)
        let foreign = try core.bailey(["evidence", "verify", "\(other.path)/pack.json", "--state", own])
        #expect(foreign.status == 1 && foreign.output.contains("signed with another key"), "\(foreign)")
        #expect(foreign.output.contains("--key"))
        let named = ["--key", "\(other.path)/evidence.pub"]
        #expect(try core.bailey(["evidence", "verify", "\(other.path)/pack.json"] + named).status == 0)
    }

    @Test("An alert is shown with its attack chain, playbooks, entities and queries for each product, in full")
    func shown() throws {
        let url = "http://evil-site.net/" + String(repeating: "x", count: 300)
        let alert = #"{"title":"powershell -enc downloaded mimikatz","severity":"high","host":"w3","url":"\#(url)"}"#
        #expect(try post("/api/alerts", alert).status == 201)
        func shown(_ id: Int) throws -> String {
            try core.bailey(["alerts", "show", "\(id)", "--state", core.tree.path]).output
        }
        for part in ["Entities:", "Queries:", "wazuh", "elastic", "splunk", "bailey alerts list --entity "] {
            #expect(try shown(3).contains(part), "\(part)")
        }
        #expect(try shown(3).contains("bailey alerts list --entity '\(url)'") || shown(3).contains("--entity \(url)"))
        for id in 1...3 {
            let triage = try core.ask("GET", "/api/alerts/\(id)", token: token).document["triage"] ?? .null
            for (name, title) in [("attack_chain", "Attack chain:"), ("playbooks", "Playbooks: ")] {
                #expect(try shown(id).contains(title) == (triage[name]?.elements?.isEmpty == false), "\(id) \(name)")
            }
        }
        #expect(try shown(1).contains("Playbooks: ransomware"))
    }

    /// The end of a period moves on between two questions.
    private static func timeless(_ text: String) -> String {
        text.replacing(#/20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ/#, with: "TIME")
    }

    @Test("Changes through --server are made, and evidence fetched through it is sound")
    func changes() throws {
        try core.tree.add("token", token + "\n", .init(mode: 0o600))
        let there = ["--server", "unix:\(core.tree.path)/api.sock", "--token-file", "\(core.tree.path)/token"]
        #expect(try core.bailey(["triage", "worm found on web-9 by user eve"] + there).status == 0)
        #expect(
            try core.bailey(["triage", "-"] + there, input: "{\"title\":\"worm\"}\n{\"title\":\"virus\"}\n").output
                .split(separator: "\n").count == 2)
        #expect(try core.bailey(["cases", "assign", "1", "bob"] + there).status == 0)
        #expect(try core.bailey(["cases", "comment", "1", "looked at"] + there).status == 0)
        let given = try core.bailey(["feedback", "give", "1", "true_positive", "--note", "real"] + there)
        #expect(given.output.contains("by ann;"), "\(given)")
        #expect(try core.bailey(["report", "daily", "--html"] + there).output.hasPrefix("<!DOCTYPE html>"))
        #expect(try core.bailey(["cases", "close", "1", "--note", "done"] + there).output.contains("closed"))
        let pack = try core.bailey(["evidence", "export", "1"] + there)
        try core.tree.add("pack.json", pack.output)
        let verified = try core.bailey([
            "evidence", "verify", "\(core.tree.path)/pack.json", "--state", core.tree.path,
        ])
        #expect(verified.status == 0, "\(verified)")
        let again = try core.bailey(["cases", "close", "1"] + there)
        #expect(again.status == 3 && again.errors.contains("which is the end"))
        let shown = try core.bailey(["cases", "show", "1"] + there).output
        #expect(shown.contains("assigned to bob") && shown.contains("ann"))
    }

    @Test(
        "A token that others can read, a wrong one, none, and a server that would have it in the clear are refused with what to do"
    )
    func refusedClients() throws {
        try core.tree.add("open", token + "\n", .init(mode: 0o644))
        try core.tree.add("wrong", "bailey_wrong\n", .init(mode: 0o600))
        func errors(_ server: String, _ file: String) throws -> String {
            let run = try core.bailey(["alerts", "--server", server, "--token-file", "\(core.tree.path)/\(file)"])
            #expect(run.status == 3 && run.output.isEmpty)
            #expect(!run.errors.contains(token))
            return run.errors
        }
        #expect(try errors(core.url, "open").contains("chmod 600"))
        #expect(try errors(core.url, "wrong").contains("no such token"))
        #expect(try errors(core.url, "missing").contains("bailey token create"))
        try core.tree.add("open", token + "\n", .init(mode: 0o600))
        for server in [
            "http://example.com", "http://127.0.0.1.example.com", "ftp://127.0.0.1", "127.0.0.1:80",
            "http://localhost@evil.example", "http://localhost:1@evil.example",
        ] {
            #expect(try errors(server, "open").contains("is no server to send a token to"), "\(server)")
        }
        #expect(try errors("unix:\(core.tree.path)/nobody.sock", "open").contains("unix:"))
    }

    @Test("bailey token makes, lists and revokes tokens; what it shows is no token but the one it makes")
    func tokens() throws {
        let state = ["--state", core.tree.path]
        let made = try core.bailey(
            ["token", "create", "siem", "--scope", "alerts:write", "--program", "--days", "30"] + state)
        let text = made.output.split(separator: "\n").map(String.init)
        #expect(made.status == 0 && text.count == 1 && text[0].hasPrefix("bailey_"))
        #expect(try core.ask("POST", "/api/alerts", token: text[0], #"{"title":"worm"}"#).status == 201)
        let list = try core.bailey(["token", "list"] + state).output
        #expect(list.contains("siem") && list.contains("alerts:write") && !list.contains(text[0].dropFirst(7)))
        #expect(try core.bailey(["token", "create", "siem", "--scope", "alerts:write"] + state).status == 3)
        #expect(try core.bailey(["token", "create", "x"] + state).status == 2)
        #expect(try core.bailey(["token", "create", "x", "--scope", "everything"] + state).status == 2)
        let chosen = "Zq8-vR3kT.mW5xY7nB2cD4fG6hJ9pL1sA0eU"
        #expect(
            try core.bailey(
                ["token", "create", "vault", "--scope", "alerts:read", "--stdin"] + state, input: chosen + "\n"
            ).status == 3)
        let long = chosen + "-iO_" + "kP"
        #expect(
            try core.bailey(
                ["token", "create", "vault", "--scope", "alerts:read", "--stdin"] + state, input: long + "\n"
            ).output.isEmpty)
        #expect(try core.ask("GET", "/api/alerts", token: long).status == 200)
        let file = "\(core.tree.path)/new-token"
        #expect(
            try core.bailey(["token", "create", "carol", "--scope", "alerts:read", "--file", file] + state).output
                .isEmpty)
        #expect(try FileTree().metadata(of: file).permissions == 0o600)
        #expect(try core.bailey(["alerts", "--server", core.url, "--token-file", file]).status == 0)
        #expect(try core.bailey(["token", "revoke", "siem"] + state).status == 0)
        #expect(try core.ask("POST", "/api/alerts", token: text[0], #"{"title":"worm"}"#).status == 401)
    }
}
