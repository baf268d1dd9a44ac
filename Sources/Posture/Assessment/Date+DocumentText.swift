import FoundationEssentials

extension Date {
    /// A time as documents carry it (RFC 3339, UTC); nil for anything else.
    init?(documentText text: String) {
        guard text.utf8.count <= 40, let date = try? Date(text, strategy: .iso8601) else { return nil }
        self = date
    }

    /// `2026-12-21T03:04:05Z`.
    var documentText: String { formatted(.iso8601) }
}
