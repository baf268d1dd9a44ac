/// Every technique of one version of Enterprise ATT&CK. No id that is not in here ever leaves the program.
package struct AttackCatalogue: Sendable {
    /// As the bundle gives it: `18.1`.
    package let version: String
    /// All techniques, by id.
    package let techniques: [AttackTechnique]
    private let places: [TechniqueID: Int]

    init(version: String, techniques: [AttackTechnique]) {
        self.version = version
        self.techniques = techniques.sorted { $0.id < $1.id }
        places = Dictionary(
            self.techniques.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    }

    /// The entry of an id, whatever its standing.
    package subscript(id: TechniqueID) -> AttackTechnique? { places[id].map { techniques[$0] } }

    /// Where it stands in `techniques`.
    func place(of id: TechniqueID) -> Int? { places[id] }

    package enum Resolution: Hashable, Sendable {
        case current(AttackTechnique)
        /// The id was revoked or renamed, and this one stands for it in this catalogue.
        case replaced(by: AttackTechnique)
        case deprecated(AttackTechnique)
        case unknown
    }

    /// What an id means in this catalogue: revoked ids are followed to their successors, and ids of other versions by the table of
    /// renamed ones, in both directions.
    package func resolve(_ id: TechniqueID) -> Resolution {
        var next: TechniqueID? = id
        var seen: Set<TechniqueID> = []
        // A hostile bundle may revoke in a circle.
        while let current = next, seen.insert(current).inserted {
            guard let technique = self[current] else {
                next = RenamedTechniques.others(of: current).first { self[$0] != nil }
                continue
            }
            switch technique.standing {
            case .current: return current == id ? .current(technique) : .replaced(by: technique)
            case .deprecated: return .deprecated(technique)
            case .revoked(let successor): next = successor
            }
        }
        return .unknown
    }
}
