internal import JSON
internal import Masking
package import Triage

/// What a channel tells: one notice of the core, with what people need to know what it is about. Secrets are masked; what comes from
/// outside is text of its source, which each channel escapes for its medium.
package struct AlertMessage: Sendable, Hashable {
    /// What a second delivery of it is known by: 32 hexadecimal digits, the same at each attempt. Different for each channel.
    package var key: String
    /// `opened`, `raised`, `joined`, `stalled`; `test`.
    package var event: String
    package var at: EventTime
    package var severity: AlertSeverity
    package var title: String
    package var host: String
    package var caseID: Int
    package var alertID: Int?
    package var verdict: String
    /// 0 to 1.
    package var confidence: Double
    /// How many alerts the case has.
    package var alerts: Int
    package var source: String
    package var rule: String
    package var techniques: [String]
    package var controls: [String]
    package var reasons: [String]
    package var actions: [String]

    package init(
        key: String, event: String, at: EventTime, severity: AlertSeverity, title: String, host: String = "",
        caseID: Int = 0, alertID: Int? = nil, verdict: String = "", confidence: Double = 0, alerts: Int = 0,
        source: String = "", rule: String = "", techniques: [String] = [], controls: [String] = [],
        reasons: [String] = [], actions: [String] = []
    ) {
        self.key = key
        self.event = event
        self.at = at
        self.severity = severity
        self.title = Self.line(title, limit: 500)
        self.host = Self.line(host, limit: 253)
        self.caseID = caseID
        self.alertID = alertID
        self.verdict = verdict
        self.confidence = confidence
        self.alerts = alerts
        self.source = Self.line(source, limit: 64)
        self.rule = Self.line(rule, limit: 256)
        self.techniques = techniques.prefix(20).map { Self.line($0, limit: 32) }
        self.controls = controls.prefix(20).map { Self.line($0, limit: 64) }
        self.reasons = reasons.prefix(5).map { Self.line($0, limit: 500) }
        self.actions = actions.prefix(5).map { Self.line($0, limit: 500) }
    }

    /// One line without control characters or secrets.
    private static func line(_ text: String, limit: Int) -> String {
        let scalars = text.unicodeScalars.prefix(4 * limit).map { scalar in
            scalar.isUnwantedControl || scalar.properties.isWhitespace ? " " as Unicode.Scalar : scalar
        }
        return SecretMasking.masked(String(String.UnicodeScalarView(scalars))).cut(to: limit)
    }

    /// `HIGH: case 12 opened on web-1: brute force`
    package var headline: String {
        let place = host.isEmpty ? "" : " on \(host)"
        if event == "test" { return "\(severity.name.uppercased()): test\(place): \(title)" }
        return "\(severity.name.uppercased()): case \(caseID) \(event)\(place): \(title)"
    }

    /// What is said beneath, label by label, in words of ours but for the values.
    package var facts: [(label: String, value: String)] {
        var facts: [(label: String, value: String)] = [("Severity", severity.name), ("Time", "\(at)")]
        if !host.isEmpty { facts.append(("Host", host)) }
        if caseID > 0 { facts.append(("Case", "\(caseID), \(alerts) \(alerts == 1 ? "alert" : "alerts")")) }
        if !verdict.isEmpty {
            facts.append(("Verdict", "\(verdict), confidence \(Int((confidence * 100).rounded())) %"))
        }
        if !source.isEmpty { facts.append(("Source", rule.isEmpty ? source : "\(source), rule \(rule)")) }
        if !techniques.isEmpty { facts.append(("ATT&CK", techniques.joined(separator: ", "))) }
        if !controls.isEmpty { facts.append(("Controls", controls.joined(separator: ", "))) }
        return facts
    }

    /// The message in lines, for media of plain text.
    package var text: String {
        var lines = [headline, ""] + facts.map { "\($0.label): \($0.value)" }
        if !reasons.isEmpty { lines += ["", "Why:"] + reasons.map { "- \($0)" } }
        if !actions.isEmpty { lines += ["", "What to do:"] + actions.map { "- \($0)" } }
        if caseID > 0 { lines += ["", "bailey cases show \(caseID)"] }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension AlertMessage {
    static let schema = 1

    /// The document of it: what is kept, and what a webhook gets.
    package var document: [UInt8] {
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member("schema", Self.schema)
            writer.member("key", key)
            writer.member("event", event)
            writer.member("at", "\(at)")
            writer.member("at_ms", at.milliseconds)
            writer.member("severity", severity.name)
            writer.member("title", title)
            writer.member("host", host)
            writer.member("case_id", caseID)
            writer.key("alert_id")
            if let alertID { writer.value(alertID) } else { writer.null() }
            writer.member("verdict", verdict)
            writer.key("confidence")
            writer.value((confidence * 1000).rounded() / 1000)
            writer.member("alerts", alerts)
            writer.member("source", source)
            writer.member("rule", rule)
            writer.member("techniques", techniques)
            writer.member("controls", controls)
            writer.member("reasons", reasons)
            writer.member("actions", actions)
        }
        return writer.drain()
    }

    /// Nil for what is no document of a message.
    package init?(document bytes: [UInt8]) {
        // The core wrote it; what cannot be read is told as such by whoever asked.
        guard let document = try? UntrustedJSON.parse(bytes).value, document["schema"]?.number == Double(Self.schema),
            let key = document["key"]?.text, let event = document["event"]?.text,
            let at = document["at_ms"]?.number.flatMap({ Int64(exactly: $0) }),
            let severity = document["severity"]?.text.flatMap(AlertSeverity.init(word:))
        else { return nil }
        func texts(_ name: String) -> [String] { (document[name]?.elements ?? []).compactMap(\.text) }
        func number(_ name: String) -> Int? { document[name]?.number.flatMap { Int(exactly: $0) } }
        self.init(
            key: key, event: event, at: EventTime(milliseconds: at), severity: severity,
            title: document["title"]?.text ?? "", host: document["host"]?.text ?? "", caseID: number("case_id") ?? 0,
            alertID: number("alert_id"), verdict: document["verdict"]?.text ?? "",
            confidence: document["confidence"]?.number ?? 0, alerts: number("alerts") ?? 0,
            source: document["source"]?.text ?? "", rule: document["rule"]?.text ?? "",
            techniques: texts("techniques"), controls: texts("controls"), reasons: texts("reasons"),
            actions: texts("actions"))
    }
}

extension AlertMessage {
    /// A key for a message that no notice is behind.
    package static func randomKey() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0 ... .max, using: &random), radix: 16)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }.joined()
    }
}
