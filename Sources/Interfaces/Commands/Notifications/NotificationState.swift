import Assessment
import Findings
import HostModel
import JSON

/// What still has to be told, from run to run: `notification-state.json`.
///
/// It is written together with the results, before the command is started, so a run that is killed loses nothing; and emptied only
/// when the command has succeeded. Where it exists, runs without a command add to it, because the next comparison starts from their
/// results.
struct NotificationState: Sendable, Hashable {
    static let fileName = "notification-state.json"
    static let schema = 1
    /// Entries that are kept; a message shows far fewer. What is beyond is counted.
    static let limit = 1000

    /// New or worse, and not told yet.
    var pending: [Regression] = []
    /// How many more there were than `limit`.
    var uncounted = 0
    /// Why a run could not be compared with the one before, when that has not been told yet.
    var comparisonGap: Gap?
    /// When the run that was told last was made, as its documents say; nil when nothing has been told.
    var notifiedRun: String?

    var hasNews: Bool { !pending.isEmpty || comparisonGap != nil }

    /// Adds what a run found. What was pending already is not listed twice; it stands as it is now.
    mutating func add(_ regressions: [Regression], comparisonGap gap: Gap?) {
        for regression in regressions {
            if let place = pending.firstIndex(where: { $0.change == regression.change && $0.id == regression.id }) {
                pending[place] = regression
            } else if pending.count < Self.limit {
                pending.append(regression)
            } else {
                uncounted += 1
            }
        }
        comparisonGap = gap ?? comparisonGap
    }

    /// The state once everything has been told.
    func told(run: String) -> NotificationState { NotificationState(notifiedRun: run) }
}

extension NotificationState {
    /// The state as the run before left it. One that cannot be read is told: what it held is not known.
    init(reading bytes: Observation<[UInt8]>) {
        switch bytes {
        case .absent: self.init()
        case .unseen(let gap): self.init(comparisonGap: gap)
        case .seen(let bytes, let source):
            let why: String
            do throws(JSONError) {
                if let state = NotificationState(try JSONValue(parsing: bytes)) {
                    self = state
                    return
                }
                why = "not a record of what was notified"
            } catch {
                why = "\(error)"
            }
            self.init(comparisonGap: Gap(what: "what earlier runs could not notify, in \(source)", why: why))
        }
    }

    private init?(_ document: JSONValue) {
        guard document["schema"]?.number == Double(Self.schema), let entries = document["pending"]?.elements else {
            return nil
        }
        for entry in entries.prefix(Self.limit) {
            guard let regression = Regression(entry) else { return nil }
            pending.append(regression)
        }
        uncounted = document["uncounted"]?.number.flatMap { Int(exactly: $0) } ?? 0
        notifiedRun = document["notified_run"]?.text
        if let gap = document["comparison_gap"], let what = gap["what"]?.text, let why = gap["why"]?.text {
            comparisonGap = Gap(what: what, why: why)
        }
    }

    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", Self.schema)
            writer.member("notified_run", notifiedRun)
            writer.key("comparison_gap")
            if let comparisonGap {
                writer.object {
                    $0.member("what", comparisonGap.what)
                    $0.member("why", comparisonGap.why)
                }
            } else {
                writer.null()
            }
            writer.member("uncounted", uncounted)
            writer.member("pending", array: { for regression in pending { $0.value(regression) } })
        }
        return writer.drain() + [UInt8(ascii: "\n")]
    }
}

extension Regression {
    fileprivate init?(_ entry: JSONValue) {
        guard let change = entry["change"]?.text.flatMap(Change.init), let id = entry["id"]?.text,
            let title = entry["title"]?.text, let risk = entry["risk"]?.text.flatMap(Severity.init),
            let now = entry["now"]?.text
        else { return nil }
        self.init(change: change, id: id, title: title, risk: risk, before: entry["before"]?.text, now: now)
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ regression: Regression) {
        object {
            $0.member("change", regression.change.rawValue)
            $0.member("id", regression.id)
            $0.member("title", regression.title)
            $0.member("risk", regression.risk.rawValue)
            $0.member("before", regression.before)
            $0.member("now", regression.now)
        }
    }
}
