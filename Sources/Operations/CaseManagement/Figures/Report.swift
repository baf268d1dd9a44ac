internal import Reporting
internal import SQLite
package import Storage
package import Triage

/// What happened in a time, for people and programs: made, stored, listed.
package struct Report: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case hourly, shift, daily, weekly, monthly, executive, incident

        /// An incident is about one case, whatever the time.
        var period: KeyFigures.Period {
            switch self {
            case .hourly: .hour
            case .shift: .shift
            case .daily, .incident: .day
            case .weekly, .executive: .week
            case .monthly: .month
            }
        }
    }

    package var kind: Kind
    package var madeAt: EventTime
    package var from: EventTime
    package var to: EventTime
    package var document: String
    package var page: String
}

/// A stored report, as lists show it.
package struct ReportEntry: Sendable, Hashable {
    package var id: Int
    package var kind: String
    package var madeAt: EventTime
}

extension StoreReader {
    private static let caseLimit = 20

    /// - Parameter caseID: the case that an incident report is about.
    package func makeReport(
        _ kind: Report.Kind, caseID: Int? = nil, now: EventTime, settings: CoreSettings
    ) -> Result<Report, CaseError> {
        do throws(StorageError) {
            let figures = try keyFigures(kind.period, now: now)
            var file: CaseFile?
            if kind == .incident, let caseID { file = try caseFile(caseID) }
            if kind == .incident, file == nil {
                return .failure(caseID.map { .noCase($0) } ?? .invalid("an incident report is about one case: name it"))
            }
            let cases = if let file { [file.record] } else { try worstCases(since: figures.from) }
            let content = ReportContent(
                kind: kind, figures: figures, tallies: try tallies(), cases: cases, file: file, now: now,
                settings: settings)
            return .success(
                Report(
                    kind: kind, madeAt: now, from: figures.from, to: now, document: content.document, page: content.page
                ))
        } catch { return .failure(.storage(error)) }
    }

    private func worstCases(since time: EventTime) throws(StorageError) -> [CaseRecord] {
        var cases: [CaseRecord] = []
        for severity in [AlertSeverity.critical, .high] where cases.count < Self.caseLimit {
            var filter = CaseFilter()
            (filter.severity, filter.limit) = (severity, Self.caseLimit - cases.count)
            cases += try self.cases(filter).filter { $0.updatedAt >= time }
        }
        return cases
    }

    /// Newest first.
    package func reports(limit: Int = 50) throws(StorageError) -> [ReportEntry] {
        try reading { () throws(SQLiteError) in
            try connection.all("SELECT id, kind, made_at FROM reports ORDER BY id DESC LIMIT ?", [.integer(limit)]) {
                row in
                ReportEntry(id: row.integer(0), kind: row.text(1), madeAt: EventTime(milliseconds: row.integer(2)))
            }
        }
    }

    /// A stored report, as a JSON document or as a page.
    package func report(_ id: Int, asPage: Bool) throws(StorageError) -> String? {
        try reading { () throws(SQLiteError) in
            try connection.first("SELECT document, page FROM reports WHERE id = ?", [.integer(id)]) {
                $0.text(asPage ? 1 : 0)
            }
        }
    }
}

extension Core {
    /// Keeps a report.
    /// - Returns: its id.
    package func store(_ report: Report) throws(StorageError) -> Int {
        try change { (changes) throws(SQLiteError) in
            try changes.connection.execute(
                "INSERT INTO reports(kind, made_at, from_time, to_time, document, page) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    .text(report.kind.rawValue), report.madeAt.bound, report.from.bound, report.to.bound,
                    .text(report.document),
                    .text(report.page),
                ])
            return changes.connection.lastInsertedID
        }
    }
}
