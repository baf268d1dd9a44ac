internal import JSON
package import Triage

/// An alert ready to be stored: everything that can be worked out without the database, by the thread of whoever sent it.
package struct PreparedAlert: Sendable {
    struct KeyedEntity: Sendable {
        var entity: Entity
        var key: Int64
        var weight: EntityWeight
    }

    let alert: Alert
    let fingerprint: AlertFingerprint
    let likeness: [UInt8]
    let deliveryKey: [UInt8]?
    /// Those that say something about what belongs together, the weightiest first.
    let entities: [KeyedEntity]
    /// Of all of them, for `alert_entities`.
    let tags: [UInt8]
    let payload: String
    let signals: [PlaybookSignal]
    private let claimed: ClaimedTechniques
    private let catalogue: any TechniqueRetrieving
    /// What it comes to where neither playbooks nor analysts have anything to add; nil when that was not worked out yet.
    private let judged: Judged?

    /// A verdict on one alert, and how it is kept.
    struct Judged: Sendable {
        let examination: Examination
        let result: TriageResult
        let document: String

        init(_ examination: Examination, hits: [PlaybookHit], history: JudgementHistory, occurrences: Int) {
            self.examination = examination
            result = TriageResult(examination, hits: hits, history: history, occurrences: occurrences)
            document = StoredTriage.text(of: result, entities: examination.alert.entities)
        }
    }

    /// Entities that are looked for among cases.
    static let entityLimit = 24

    /// - Parameter isRepeat: whether the alert is most likely stored already: then its verdict stands, and is worked out anew only where
    ///   it turns out to be needed.
    package init(
        _ alert: Alert, catalogue: some TechniqueRetrieving, playbooks: PlaybookSet,
        isRepeat: (AlertFingerprint) -> Bool = { _ in false }
    ) {
        self.alert = alert
        self.catalogue = catalogue
        let about = alert.fingerprint
        fingerprint = AlertFingerprint(about)
        likeness = alert.likeness
        deliveryKey = alert.deliveryKey(of: about)
        claimed = ClaimedTechniques(of: alert, in: catalogue)
        // That something is gone is no event to count.
        signals = alert.standing == .open ? alert.playbookSignals(techniques: claimed.ids, of: playbooks) : []
        payload = alert.payload.compactText
        entities = Array(
            alert.entities.map { KeyedEntity(entity: $0, key: $0.key, weight: EntityWeight(of: $0)) }
                .filter { $0.weight.value > 0 }
                .sorted { ($0.weight.value, $1.entity.value) > ($1.weight.value, $0.entity.value) }
                .prefix(Self.entityLimit))
        tags = Entity.tags(of: alert.entities)
        judged =
            isRepeat(fingerprint)
            ? nil
            : Judged(
                Examination(alert, claimed: claimed, signals: signals, catalogue: catalogue), hits: [],
                history: JudgementHistory(), occurrences: 1)
    }

    /// The verdict with playbooks and analysts heard.
    func judged(hits: [PlaybookHit], history: JudgementHistory, occurrences: Int) -> Judged {
        if let judged, hits.isEmpty, history == JudgementHistory(), occurrences == 1 { return judged }
        func examine(_ catalogue: some TechniqueRetrieving) -> Examination {
            Examination(alert, claimed: claimed, signals: signals, catalogue: catalogue)
        }
        return Judged(
            judged?.examination ?? examine(catalogue), hits: hits, history: history, occurrences: occurrences)
    }
}

/// What an alert is known by when it comes again: 16 bytes.
package struct AlertFingerprint: Hashable, Sendable {
    package let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// They are the beginning of a SHA-256, as evenly spread as a hash can be.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
}

/// The fingerprints of the last alerts that came. Two halves: when the newer is full, the older is let go.
struct RecentFingerprints {
    private static let halfLimit = 32_768
    private var newer: Set<AlertFingerprint> = []
    private var older: Set<AlertFingerprint> = []

    /// Whether it came lately; from now on it did.
    mutating func note(_ fingerprint: AlertFingerprint) -> Bool {
        if newer.contains(fingerprint) { return true }
        if newer.count >= Self.halfLimit {
            older = newer
            newer = []
        }
        newer.insert(fingerprint)
        return older.contains(fingerprint)
    }
}

extension JSONWriter {
    /// A number with three digits after the point.
    mutating func member(_ name: String, rounded number: Double) {
        key(name)
        value((number * 1000).rounded() / 1000)
    }

    mutating func member(_ name: String, _ number: Int?) {
        key(name)
        if let number { value(number) } else { null() }
    }
}
