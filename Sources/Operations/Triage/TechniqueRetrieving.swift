/// A technique of ATT&CK that an alert looks like.
package struct TechniqueMatch: Sendable, Hashable {
    /// `T1110`, `T1059.001`.
    package var id: String
    package var name: String
    package var tactics: [String]
    /// 0 to 1; higher is nearer.
    package var score: Double
    /// 0 to 1: how often one like it is right.
    package var probability: Double
    /// The words of the alert that spoke for it.
    package var matched: [String]

    package init(
        id: String, name: String, tactics: [String], score: Double, probability: Double, matched: [String]
    ) {
        self.id = id
        self.name = name
        self.tactics = tactics
        self.score = score
        self.probability = probability
        self.matched = matched
    }
}

/// What a technique is called and where it stands in an attack.
package struct TechniqueName: Sendable, Hashable {
    /// The id it has now; what was asked for may have been replaced.
    package var id: String
    package var name: String
    package var tactics: [String]

    package init(id: String, name: String, tactics: [String]) {
        self.id = id
        self.name = name
        self.tactics = tactics
    }
}

/// Which catalogue of ATT&CK it is that alerts are judged by.
package struct CatalogueIdentity: Sendable, Hashable {
    /// As it names itself: `18.1`.
    package var version: String
    /// The file it was imported to; nil for the one that ships.
    package var path: String?

    package init(version: String, path: String?) {
        self.version = version
        self.path = path
    }
}

/// The ATT&CK catalogue as triage needs it. Whoever conforms may be asked from several threads at once.
package protocol TechniqueRetrieving: Sendable {
    /// The techniques nearest to an alert, best first.
    /// - Parameters:
    ///   - title: the rule's description, or the text itself.
    ///   - body: the raw line; nil when there is none.
    func techniques(title: String, body: String?, limit: Int) -> [TechniqueMatch]

    /// The technique of an id, replaced and revoked ones followed to their successors; nil when the catalogue does not know it.
    func technique(_ id: String) -> TechniqueName?

    /// Nil where there is none.
    var identity: CatalogueIdentity? { get }
}

extension TechniqueRetrieving {
    package var identity: CatalogueIdentity? { nil }
}

/// What triage works with where no catalogue is at hand: it names no technique at all, for no id leaves that was not looked up.
package struct NoTechniques: TechniqueRetrieving {
    package init() {}
    package func techniques(title: String, body: String?, limit: Int) -> [TechniqueMatch] { [] }
    package func technique(_ id: String) -> TechniqueName? { nil }
}
