import APIAccess
import JSON
import LinuxSystem
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
        #expect(try core.ask("DELETE", "/feedback/1", token: token).status == 204)
        #expect(try core.ask("DELETE", "/feedback/1", token: token).status == 404)
        #expect(try core.ask("GET", "/feedback/accuracy", token: token).document["overall"]?["total"]?.number == 0)
    }

    @Test("An alert is kept quiet until a time that lies ahead")
    func suppression() throws {
        #expect(
            try post("/api/alerts/1/suppression", #"{"until":"2099-01-01T00:00:00Z"}"#).document["state"]?.text
                == "suppressed")
        #expect(try post("/api/alerts/1/suppression", #"{"until":"2021-01-01T00:00:00Z"}"#).status == 409)
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
        let commands = [
            ["alerts"], ["alerts", "--json"], ["alerts", "list", "--severity", "critical", "--limit", "1"],
            ["alerts", "show", "1"],
            ["alerts", "show", "1", "--json"], ["alerts", "show", "1", "--payload"], ["alerts", "--entity", "mallory"],
            ["cases"], ["cases", "--json"], ["cases", "show", "1"], ["cases", "show", "1", "--json"],
            ["cases", "show", "1", "--timeline"], ["cases", "show", "1", "--sigma"], ["feedback", "accuracy"],
            ["feedback", "accuracy", "--json"], ["feedback", "accuracy", "--export"], ["core", "status"],
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
        let verified = try core.bailey(["evidence", "verify", "\(core.tree.path)/pack.json"])
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
            "http://localhost@evil.example",
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
