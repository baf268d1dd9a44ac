/// A version of Enterprise ATT&CK made ready to be searched: its catalogue, and passages about its techniques as bags of terms.
package struct AttackIndex: Sendable {
    package let catalogue: AttackCatalogue
    let terms: TermTable
    /// From ATT&CK's own text.
    let attack: PassagePool
    /// From detection knowledge.
    let knowledge: PassagePool

    /// Techniques and sub-techniques that are neither revoked nor deprecated.
    package var techniqueCount: Int { catalogue.techniques.count { $0.standing == .current } }

    package var passageCount: Int { attack.techniques.count + knowledge.techniques.count }
}

extension AttackIndex {
    /// BM25's b. Phrases of knowledge are of one to four words, and one that is there as a whole says most.
    private static let lengthShares = (attack: 0.75, knowledge: 1.0)

    /// Makes an index of a STIX 2.1 bundle. The same bundle and the same knowledge make the same index.
    /// - Parameter version: what to call it when the bundle does not say.
    package init(
        bundle bytes: [UInt8], knowledge: DetectionKnowledge, version: String? = nil
    ) throws(AttackError) {
        let bundle = try AttackBundle(bytes)
        let catalogue = bundle.catalogue(version: version)
        guard catalogue.techniques.count < UInt16.max else { throw .bundle("it has more than 65,534 techniques") }
        var reader = TermReader()
        let passages = Self.passages(bundle.passages(of: catalogue), in: catalogue, &reader)
        let phrases = Self.passages(
            knowledge.entries.map { ($0.technique, $0.phrase) }, in: catalogue, &reader)
        guard passages.count < 1 << 24, phrases.count < 1 << 24 else {
            throw .bundle("it has more than 16 million passages")
        }
        let terms = Set((passages + phrases).flatMap(\.terms)).sorted { $0.lexicographicallyPrecedes($1) }
        let numbers = Dictionary(uniqueKeysWithValues: terms.enumerated().map { ($0.element, $0.offset) })
        func bags(_ passages: [Passage]) -> [PassagePool.Bag] {
            passages.map { $0.bag(numbers) }.sorted(by: PassagePool.Bag.precedes)
        }
        self.init(
            catalogue: catalogue, terms: TermTable(terms),
            attack: PassagePool(
                bags: bags(passages), termCount: terms.count, lengthShare: Self.lengthShares.attack),
            // What tables say of a technique twice counts once; what ATT&CK says twice has happened twice.
            knowledge: PassagePool(
                bags: PassagePool.Bag.distinct(bags(phrases)), termCount: terms.count,
                lengthShare: Self.lengthShares.knowledge))
    }

    private struct Passage {
        let technique: UInt16
        let terms: [[UInt8]]

        func bag(_ numbers: [[UInt8]: Int]) -> PassagePool.Bag {
            var counts: [Int: Int] = [:]
            for term in terms { counts[numbers[term] ?? 0, default: 0] += 1 }
            return PassagePool.Bag(
                technique: technique,
                terms: counts.map { (term: $0.key, count: $0.value) }.sorted { $0.term < $1.term })
        }
    }

    /// Texts about techniques that the catalogue has, under this or another id, as terms.
    private static func passages(
        _ texts: [(technique: TechniqueID, text: String)], in catalogue: AttackCatalogue, _ reader: inout TermReader
    ) -> [Passage] {
        texts.compactMap { id, text in
            let technique: AttackTechnique
            switch catalogue.resolve(id) {
            case .current(let found), .replaced(by: let found): technique = found
            case .deprecated, .unknown: return nil
            }
            guard let place = catalogue.place(of: technique.id) else { return nil }
            let terms = reader.terms(of: text)
            return terms.isEmpty ? nil : Passage(technique: UInt16(place), terms: terms)
        }
    }
}
