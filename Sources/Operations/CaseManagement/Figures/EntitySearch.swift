internal import JSON
internal import SQLite
internal import Storage
internal import Triage

/// Alerts by what they name. A page looks at so many at most that it costs the same with any number stored, and says where the next begins.
extension StoreReader {
    /// Alerts whose tags one page looks at.
    package static let entityScanLimit = 100_000
    /// Alerts of before there were tags that one page looks at: all of their triage is read.
    static let untaggedScanLimit = 2_000
    /// Triages that one page reads to see whether they name the entity.
    private static let readLimit = 1_000

    /// The alerts of a page that may name an entity, and what the page reaches down to.
    private struct Candidates {
        var ids: [Int]
        var lowest: Int
    }

    func alertPage(naming entity: String, _ filter: AlertFilter) throws(StorageError) -> AlertPage {
        let limit = min(max(filter.limit, 1), Self.pageLimit)
        return try reading { () throws(SQLiteError) in
            let newest = try connection.first("SELECT max(id) FROM alerts") { $0.integer(0) } ?? 0
            let top = min(filter.before ?? Int.max, newest + 1)
            let candidates = try candidates(naming: entity, below: top)
            var page = AlertPage(alerts: [], next: candidates.lowest > 1 ? candidates.lowest : nil)
            for id in candidates.ids {
                guard let alert = try connection.first("SELECT * FROM alerts WHERE id = ?", [.integer(id)], Self.alert),
                    filter.severity.map({ $0 == alert.severity }) ?? true,
                    filter.caseID.map({ $0 == alert.caseID }) ?? true,
                    StoredTriage(alert.triage).entities.contains(where: { $0.isNamed(entity) })
                else { continue }
                page.alerts.append(alert)
                if page.alerts.count == limit {
                    page.next = id > 1 ? id : nil
                    break
                }
            }
            return page
        }
    }

    private func candidates(naming entity: String, below top: Int) throws(SQLiteError) -> Candidates {
        let firstTagged = try connection.first("SELECT min(alert) FROM alert_entities") { $0.optionalInteger(0) } ?? nil
        let isTagged = firstTagged.map { $0 < top } ?? false
        let scanned = isTagged ? Self.entityScanLimit : Self.untaggedScanLimit
        let lowest = max(1, isTagged ? firstTagged ?? 1 : 1, top - scanned)
        // A triage has what is named as JSON has it.
        let sought = isTagged ? SQLValue.blob(Entity.tag(of: entity)) : SQLValue.text(Self.quoted(entity))
        let ids = try connection.all(
            isTagged
                ? """
                SELECT alert FROM alert_entities WHERE alert < ? AND alert >= ? AND instr(tags, ?) ORDER BY alert DESC LIMIT ?
                """
                : """
                SELECT id FROM alerts WHERE id < ? AND id >= ? AND instr(lower(triage), ?) ORDER BY id DESC LIMIT ?
                """,
            [.integer(top), .integer(lowest), sought, .integer(Self.readLimit)]
        ) { $0.integer(0) }
        return Candidates(ids: ids, lowest: ids.count == Self.readLimit ? ids.last ?? lowest : lowest)
    }

    private static func quoted(_ text: String) -> String {
        var writer = JSONWriter(pretty: false)
        writer.value(text)
        return Entity.foldedCase(String(decoding: writer.bytes, as: UTF8.self))
    }
}
