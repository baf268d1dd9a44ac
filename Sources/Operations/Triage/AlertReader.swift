package import JSON

/// Reads one shape of alert: a file of its own in `Readers/`, and a place in `AlertReaders`.
package protocol AlertReader: Sendable {
    static var source: AlertSource { get }

    /// Whether the document has this shape. No two readers claim the same one.
    static func recognizes(_ document: JSONValue) -> Bool

    /// What it says. Entities are collected from all of it afterwards.
    static func read(_ document: JSONValue) throws(IngestionError) -> AlertDraft
}

/// An alert as its reader leaves it.
package struct AlertDraft {
    package var id: String?
    package var rule = ""
    package var title = ""
    package var body = ""
    package var host = ""
    package var severity = AlertSeverity.medium
    package var confidence = 0.5
    package var time: EventTime?
    package var techniques: [String] = []
    package var groups: [String] = []
    package var observations: [Alert.Observation] = []
    package var fingerprint: String?
    /// What the source says should be done.
    package var advice: [String] = []
    /// See `Alert.isPosture`.
    package var isPosture = false
    package var standing = Alert.Standing.open
    /// Where the document has its entities; nil for all of it.
    package var subject: JSONValue?
}

/// Every shape of alert that is known, by source.
package enum AlertReaders {
    package static let all: [any AlertReader.Type] = [
        BaileyReader.self,
        ElasticReader.self,
        OCSFReader.self,
        OtherReader.self,
        SplunkReader.self,
        WazuhReader.self,
    ]

    private static let titleLimit = 500
    /// A finding says in a sentence or two what to do about it.
    private static let adviceLimit = (texts: 8, length: 2_000)

    /// Reads a document of any known shape.
    package static func read(_ sent: JSONValue, cuts: JSONCuts = JSONCuts()) throws(IngestionError) -> Alert {
        let document = PayloadMasking.masked(sent)
        guard case .object(let members) = document else { throw IngestionError("an alert is a JSON object") }
        // Nothing but a text, as a person pastes it: `{"alert_text": …, "top_k": 5}`.
        if let text = members["alert_text"]?.text, Set(members.keys).isSubset(of: ["alert_text", "top_k"]) {
            return try read(text: text)
        }
        guard let reader = all.first(where: { $0.recognizes(document) }) else {
            throw IngestionError(
                "no known shape of alert: neither Wazuh, Bailey, OCSF, Elastic Common Schema nor Splunk, and no alert_text, message, title or description"
            )
        }
        let draft = try reader.read(document)
        var collector = EntityCollector()
        if !draft.host.isEmpty, let host = EntityText.host(draft.host) { collector.add(.host, host, .victim) }
        collector.add(draft.subject ?? document)
        return alert(draft, reader.source, collector.entities, document, cuts)
    }

    /// An alert in words: what a person pastes.
    package static func read(text: String) throws(IngestionError) -> Alert {
        var cuts = JSONCuts()
        var scalars = String.UnicodeScalarView()
        var count = 0
        for scalar in text.unicodeScalars {
            if scalar.isUnwantedControl {
                cuts.controlCharacters += 1
            } else {
                if count < JSONLimits.untrusted.stringLength { scalars.append(scalar) }
                count += 1
            }
        }
        if count > JSONLimits.untrusted.stringLength { cuts.strings = 1 }
        let clean = PayloadMasking.masked(String(scalars))
        guard clean.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
            throw IngestionError("the alert's text is empty")
        }
        var draft = AlertDraft()
        let lines = clean.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        draft.title = String((lines.first ?? "").drop(while: \.isWhitespace))
        draft.body = clean
        draft.confidence = 0.4
        draft.severity = TextSeverity.severity(of: clean)
        var collector = EntityCollector()
        EntityTextScanner.scan(clean, into: &collector)
        draft.host = collector.entities.first { $0.kind == .host }?.value ?? ""
        return alert(draft, .text, collector.entities, .object(["alert_text": .text(clean)]), cuts)
    }

    /// A host whose name is a domain is found twice, and its domain would bind every alert of the host to one case.
    private static func withoutHostNames(_ entities: [Entity], _ draft: AlertDraft) -> [Entity] {
        let hosts = Set((entities.filter { $0.kind == .host }.map(\.value) + [draft.host]).map { $0.lowercased() })
        return entities.filter { $0.kind != .domain || !hosts.contains($0.value.lowercased()) }
    }

    private static func alert(
        _ draft: AlertDraft, _ source: AlertSource, _ entities: [Entity], _ document: JSONValue, _ cuts: JSONCuts
    ) -> Alert {
        let isOneLine = draft.title.utf8.allSatisfy { (0x20..<0x7f).contains($0) }
        let title =
            isOneLine ? draft.title : draft.title.split(whereSeparator: \.isNewline).joined(separator: " ")
        let isAllTitle = draft.body.isEmpty && title.unicodeScalars.count > titleLimit
        return Alert(
            source: source, id: draft.id.map { $0.cut(to: 256) }, rule: draft.rule.cut(to: 256),
            // What has no other text than its title is known by all of it.
            title: title.cut(to: titleLimit), body: isAllTitle ? draft.title : draft.body,
            host: draft.host.lowercased().cut(to: 253), severity: draft.severity,
            confidence: min(max(draft.confidence, 0), 1), time: draft.time, entities: withoutHostNames(entities, draft),
            claimedTechniques: Array(draft.techniques.prefix(32)),
            groups: draft.groups.prefix(64).map { $0.lowercased() },
            observations: draft.observations, sourceFingerprint: draft.fingerprint,
            advice: draft.advice.prefix(adviceLimit.texts).map { $0.cut(to: adviceLimit.length) },
            isPosture: draft.isPosture, standing: draft.standing,
            payload: document, cuts: cuts)
    }
}

extension String {
    /// The first so many Unicode scalars: what a reader sees as one character may be of a hundred thousand. Text of no more bytes has no
    /// more of them, and need not be looked through.
    package func cut(to limit: Int) -> String { utf8.count <= limit ? self : String(unicodeScalars.prefix(limit)) }
}

extension JSONValue {
    /// What lies along the path; documents that are flat (`"source.ip": …`) are read as if they were nested.
    func at(_ path: String...) -> JSONValue? {
        if let flat = self[path.joined(separator: ".")] { return flat }
        var value = self
        for name in path {
            guard let next = value[name] else { return nil }
            value = next
        }
        return value
    }

    /// Text, or a number as text.
    var words: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .number(let number): Int64(exactly: number).map { "\($0)" } ?? "\(number)"
        default: nil
        }
    }

    /// One text, or several.
    var texts: [String] {
        switch self {
        case .array(let elements): elements.compactMap(\.words)
        default: words.map { [$0] } ?? []
        }
    }

    var time: EventTime? {
        switch self {
        case .text(let text): EventTime(text: text) ?? anyNumber.flatMap(EventTime.init(number:))
        case .number(let number): EventTime(number: number)
        default: nil
        }
    }

    /// A number, or text that is one. Swift reads `nan` and `inf` too, which are none to JSON or to the store.
    var anyNumber: Double? {
        let found = number ?? text.flatMap(Double.init)
        return found.flatMap { $0.isFinite ? $0 : nil }
    }
}
