package import AttackRetrieval
internal import LinuxSystem
package import Triage

/// ATT&CK as triage asks it: an index with a searcher for each thread that asks at the same time, and the last answers kept.
///
/// Alerts repeat: nine in ten of a busy host's say the same with other numbers and addresses, which are no part of what is looked for. So
/// answers are kept by the words that were looked for, and are the same with and without: no alert is judged by one that only resembles it.
package final class AttackTechniques: TechniqueRetrieving {
    private let index: AttackIndex
    private let searchers = Monitor<[AttackSearcher]>([])
    private let answers = Monitor(RecentAnswers())
    /// Searchers that wait for the next question; each has some 0.5 MB.
    private static let spareLimit = 4

    /// The file it was read from; nil for the one that ships.
    private let path: String?

    package init(_ index: AttackIndex, path: String? = nil) { (self.index, self.path) = (index, path) }
    package convenience init(_ installed: InstalledAttackIndex) { self.init(installed.index, path: installed.path) }

    /// Of the catalogue, as it names itself: `18.1`.
    package var version: String { index.catalogue.version }
    package var identity: CatalogueIdentity? { CatalogueIdentity(version: version, path: path) }

    package func techniques(title: String, body: String?, limit: Int) -> [Triage.TechniqueMatch] {
        // Whoever has one text alone may have pasted a raw event.
        let query = body.map { AttackQuery(title: title, body: $0) } ?? AttackQuery(title)
        var searcher = searchers.withLock { $0.popLast() } ?? AttackSearcher(index)
        let words = searcher.words(of: query)
        let known = answers.withLock { $0[words, limit] }
        let found = known ?? searcher.search(words, top: limit).map(Self.match)
        if known == nil { answers.withLock { $0.keep(found, for: words, limit) } }
        searchers.withLock { if $0.count < Self.spareLimit { $0.append(searcher) } }
        return found
    }

    private static func match(_ found: AttackRetrieval.TechniqueMatch) -> Triage.TechniqueMatch {
        TechniqueMatch(
            id: found.technique.id.description, name: found.technique.name, tactics: found.technique.tactics,
            score: found.score, probability: found.probability, matched: found.matched)
    }

    package func technique(_ id: String) -> TechniqueName? {
        guard let id = TechniqueID(id) else { return nil }
        switch index.catalogue.resolve(id) {
        case .current(let found), .replaced(by: let found), .deprecated(let found):
            return TechniqueName(id: found.id.description, name: found.name, tactics: found.tactics)
        case .unknown: return nil
        }
    }
}

/// The answers of the last few thousand different questions. Two halves: when the newer is full, the older is let go.
private struct RecentAnswers {
    private struct Question: Hashable {
        let words: AttackQueryWords
        let limit: Int
    }

    private static let halfLimit = 2_048
    private var newer: [Question: [Triage.TechniqueMatch]] = [:]
    private var older: [Question: [Triage.TechniqueMatch]] = [:]

    subscript(words: AttackQueryWords, limit: Int) -> [Triage.TechniqueMatch]? {
        mutating get {
            let question = Question(words: words, limit: limit)
            if let found = newer[question] { return found }
            guard let found = older[question] else { return nil }
            keep(found, for: words, limit)
            return found
        }
    }

    mutating func keep(_ answer: [Triage.TechniqueMatch], for words: AttackQueryWords, _ limit: Int) {
        if newer.count >= Self.halfLimit {
            older = newer
            newer = [:]
        }
        newer[Question(words: words, limit: limit)] = answer
    }
}
