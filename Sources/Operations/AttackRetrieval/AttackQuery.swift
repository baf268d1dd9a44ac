private import JSON

/// What is looked for: a text, or an alert's title and its raw body, which count differently.
package struct AttackQuery: Hashable, Sendable {
    /// Text that people wrote.
    package var title: String
    /// An event as a program wrote it: JSON, `key=value`, syslog.
    package var body: String

    /// Bytes of each that are read; what is beyond says nothing new, and may be there to cost time.
    static let sizeLimit = 100_000

    package init(title: String, body: String) {
        self.title = title
        self.body = body
    }

    /// Tells from the text itself whether people or programs wrote it. A raw event that stands after a sentence, a line end or a tab is
    /// the body of what stands before it; so are the other fields of a JSON object that has a title.
    package init(_ text: String) {
        if let alert = Self.alert(in: text) {
            self = alert
            return
        }
        let event = EventText(text.utf8.prefix(Self.sizeLimit))
        guard event.isRaw else {
            self.init(title: text, body: "")
            return
        }
        let start = event.titleEnd
        let utf8 = Array(text.utf8.prefix(Self.sizeLimit))
        self.init(
            title: String(decoding: utf8[..<start], as: UTF8.self),
            body: String(decoding: utf8[start...], as: UTF8.self))
    }

    private static let titles = ["title", "rule_name", "alert_title"]
    private static let bodies = ["body", "text", "full_log", "message", "raw", "event"]

    /// A JSON object with a title and a body, or with a Wazuh rule's description.
    private static func alert(in text: String) -> AttackQuery? {
        guard text.utf8.first == UInt8(ascii: "{"), text.utf8.count <= sizeLimit else { return nil }
        // What does not read as JSON is a text like any other.
        guard let document = try? UntrustedJSON.parse(text.utf8).value else { return nil }
        let title = titles.lazy.compactMap { document[$0]?.text }.first ?? document["rule"]?["description"]?.text
        guard let title else { return nil }
        let body = bodies.lazy.compactMap { document[$0] }.first ?? document["data"]
        return AttackQuery(title: title, body: body.map { $0.text ?? $0.compactText } ?? "")
    }
}
