import Assessment
import Cryptography
import Findings
import FoundationEssentials
import HostModel
import Policies
import Reporting
import Testing

@Suite struct DashboardTests {
    private let page = String(decoding: DashboardPage(ExampleAssessment.assessment).bytes, as: UTF8.self)

    @Test("The dashboard is what its golden file says")
    func golden() throws {
        try Golden.expect(Array(page.utf8), is: "compliance-dashboard.html")
    }

    @Test("A host's name breaks after its dots on a narrow screen, and within no word")
    func hostname() {
        var assessment = ExampleAssessment.assessment
        assessment.host.hostname = "gate.example.<b>"
        let page = String(decoding: DashboardPage(assessment).bytes, as: UTF8.self)
        #expect(page.contains("<h1>gate.<wbr>example.<wbr>&lt;b&gt;</h1>"))
    }

    @Test(
        "The embedded page is the one in templates/dashboard",
        arguments: [("dashboard.css", DashboardTemplate.styleText), ("dashboard.js", DashboardTemplate.scriptText)])
    func embedded(name: String, text: String) throws {
        #expect(try Self.template(name) == text, "run scripts/embed-dashboard")
    }

    @Test("The page around the sections is the one in templates/dashboard")
    func frame() throws {
        let template = try Self.template("dashboard.html")
        var rest = Substring(page)
        for part in template.split(separator: "{{").flatMap({ $0.split(separator: "}}").suffix(1) }) {
            let range = try #require(
                rest.firstRange(of: part), "not in this order: \(part); run scripts/embed-dashboard")
            rest = rest[range.upperBound...]
        }
    }

    private static func template(_ name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        return try String(contentsOf: root.appending(path: "templates/dashboard/\(name)"), encoding: .utf8)
    }

    @Test("The policy lets the page's own style and script run, by their hash, and nothing else")
    func policy() throws {
        func hash(_ text: String) -> String { Data(SHA256.hash(Array(text.utf8))).base64EncodedString() }
        let (style, script) = (hash(DashboardTemplate.styleText), hash(DashboardTemplate.scriptText))
        #expect(
            DashboardTemplate.policyText
                == "default-src 'none'; style-src 'sha256-\(style)'; script-src 'sha256-\(script)'; img-src data:; "
                + "base-uri 'none'; form-action 'none'")
        #expect(page.contains("<style>\(DashboardTemplate.styleText)</style>"))
        #expect(page.contains("<script>\(DashboardTemplate.scriptText)</script>"))
        #expect(page.contains("content=\"\(DashboardTemplate.policyText)\""))
    }

    @Test("What the host says is text: no name, unit, rule, reason or gap becomes markup")
    func escaping() {
        let body = page.replacing(DashboardTemplate.scriptText, with: "").replacing(
            DashboardTemplate.styleText, with: "")
        #expect(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(body.split(separator: "<script").count == 2)
        for hostile in ["<img", "<b>eve", "<i>", "\u{202e}", "\u{1b}", "\u{9b}"] {
            #expect(!body.contains(hostile), "\(hostile.debugDescription)")
        }
        #expect(body.contains(#"gpj.\u{202e}exe.\u{2066}evil"#))
        #expect(body.split(separator: "</title>").count == 2)
    }

    @Test("The worst comes first; within one risk what is overdue, then what is new or worse")
    func order() {
        let ids = attribute("id").filter { $0.hasPrefix("do-") }.map { String($0.dropFirst(3)) }
        let ports = ExampleReports.portFindings
        #expect(
            ids.starts(with: [
                "shadow-file-mode", ports[0].fingerprint.rawValue, "ssh-root-login", ports[1].fingerprint.rawValue,
            ]))
        #expect(ids.count == 12)
        #expect(ids.last == "tmp-mount-options")
    }

    @Test("Every link within the page leads somewhere on it, and no id stands twice")
    func anchors() {
        let ids = attribute("id")
        #expect(Set(ids).count == ids.count)
        let links = attribute("href").filter { $0.hasPrefix("#") && !$0.contains("=") }.map { String($0.dropFirst()) }
        #expect(links.count > 40)
        #expect(Set(links).subtracting(ids).isEmpty, "\(Set(links).subtracting(ids))")
        for result in ExampleAssessment.results { #expect(ids.contains(result.check.id)) }
    }

    private func attribute(_ name: String) -> [String] {
        page.split(separator: " \(name)=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
    }

    @Test("No element has a style or an event attribute, and nothing is loaded from elsewhere")
    func strictness() {
        let body = page.replacing(DashboardTemplate.scriptText, with: "").replacing(
            DashboardTemplate.styleText, with: "")
        for tag in body.split(separator: "<").map({ $0.prefix { $0 != ">" } }) {
            #expect(!tag.contains(" style=") && !tag.contains(" src="), "\(tag)")
            for event in [" onclick", " onload", " onerror", " onmouseover"] { #expect(!tag.contains(event), "\(tag)") }
        }
        #expect(attribute("href").allSatisfy { $0.hasPrefix("#") || $0.hasPrefix("data:") })
    }

    @Test("What cannot be shown whole says how much is left out and where the rest is")
    func caps() {
        var assessment = ExampleAssessment.assessment
        var table = ExampleSockets.table
        for port in 0..<3_000 {
            var connection = ExampleReports.egress.connections[port % 2]
            connection.socket.remote.port = UInt32(10_000 + port)
            connection.verdict = .unapproved
            assessment.egress?.connections.append(connection)
            table.sockets.append(connection.socket)
        }
        assessment.sockets = .seen(table, from: "sock_diag(7)")
        let page = String(decoding: DashboardPage(assessment).bytes, as: UTF8.self)
        #expect(page.contains("2,606 more rows are left out here; all are in <code>egress-monitor-latest.json</code>"))
        #expect(page.utf8.count < 600_000)
    }
}
