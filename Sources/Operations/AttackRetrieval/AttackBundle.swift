import JSON

/// What Bailey takes from a STIX 2.1 bundle of Enterprise ATT&CK.
struct AttackBundle {
    /// A text about a technique, with the STIX id of it.
    struct Passage {
        let technique: String
        let text: String
    }

    /// A technique as the bundle has it.
    fileprivate struct Pattern {
        let id: TechniqueID
        let name: String
        let description: String
        let tactics: [String]
        let platforms: [String]
        let isRevoked: Bool
        let isDeprecated: Bool
    }

    fileprivate struct Strategy {
        let name: String
        let analytics: [String]
    }

    /// As the collection object says; bundles from before collections have none.
    private(set) var version: String?
    /// The last change of any object, `2025-11-12`.
    private(set) var modified = ""
    fileprivate var patterns: [String: Pattern] = [:]
    private var successors: [String: String] = [:]
    private var examples: [Passage] = []
    private var strategies: [String: Strategy] = [:]
    private var analytics: [String: String] = [:]
    /// Strategy and technique.
    private var detections: [(strategy: String, technique: String)] = []

    init(_ bytes: [UInt8]) throws(AttackError) {
        var bundle = AttackBundle()
        try BundleObjects(bytes).forEach { (object) throws(AttackError) in try bundle.take(object) }
        self = bundle
        guard !patterns.isEmpty else { throw .bundle("it has no technique") }
    }

    private init() {}

    private mutating func take(_ object: JSONValue) throws(AttackError) {
        guard let type = object["type"]?.text, let id = object["id"]?.text else {
            throw .bundle("an object in it has no type or no id")
        }
        if let date = object["modified"]?.text?.prefix(10), date > modified { modified = String(date) }
        switch type {
        case "attack-pattern": patterns[id] = Pattern(object)
        case "relationship": takeRelationship(object)
        case "x-mitre-analytic": analytics[id] = Self.analyticText(object)
        case "x-mitre-detection-strategy":
            let refs = object["x_mitre_analytic_refs"]?.elements ?? []
            strategies[id] = Strategy(name: object["name"]?.text ?? "", analytics: refs.compactMap(\.text))
        case "x-mitre-collection": version = object["x_mitre_version"]?.text.map { String($0.prefix(16)) }
        default: break
        }
    }

    private mutating func takeRelationship(_ object: JSONValue) {
        guard object["revoked"]?.flag != true, object["x_mitre_deprecated"]?.flag != true,
            let source = object["source_ref"]?.text, let target = object["target_ref"]?.text
        else { return }
        switch object["relationship_type"]?.text {
        case "uses":
            guard target.hasPrefix("attack-pattern--"), let text = object["description"]?.text else { return }
            examples.append(Passage(technique: target, text: text))
        case "detects": detections.append((source, target))
        case "revoked-by": successors[source] = target
        default: break
        }
    }

    /// An analytic's description and the log sources it reads.
    private static func analyticText(_ object: JSONValue) -> String {
        let sources = (object["x_mitre_log_source_references"]?.elements ?? []).map {
            "\($0["name"]?.text ?? "") \($0["channel"]?.text ?? "")"
        }
        return ([object["description"]?.text ?? ""] + sources).joined(separator: "\n")
    }
}

extension AttackBundle.Pattern {
    /// Nil for what has no id of a technique.
    fileprivate init?(_ object: JSONValue) {
        let references = object["external_references"]?.elements ?? []
        let reference = references.first { $0["source_name"]?.text == "mitre-attack" }
        guard let id = reference?["external_id"]?.text.flatMap(TechniqueID.init) else { return nil }
        let phases = (object["kill_chain_phases"]?.elements ?? []).filter {
            $0["kill_chain_name"]?.text == "mitre-attack"
        }
        self.init(
            id: id, name: String((object["name"]?.text ?? "").prefix(200)),
            description: object["description"]?.text ?? "", tactics: phases.compactMap { $0["phase_name"]?.text },
            platforms: (object["x_mitre_platforms"]?.elements ?? []).compactMap(\.text),
            isRevoked: object["revoked"]?.flag ?? false, isDeprecated: object["x_mitre_deprecated"]?.flag ?? false)
    }
}

extension AttackBundle {
    /// The catalogue that the bundle describes.
    /// - Parameter version: what to call it when the bundle does not say.
    func catalogue(version fallback: String?) -> AttackCatalogue {
        var byID: [TechniqueID: AttackTechnique] = [:]
        // Of two objects with one id the one in use counts; equal ones by their STIX id, so that the order of a bundle does not matter.
        for (key, pattern) in patterns.sorted(by: { $0.key < $1.key }) {
            if let known = byID[pattern.id], known.standing == .current || pattern.isRevoked { continue }
            byID[pattern.id] = AttackTechnique(
                id: pattern.id, name: pattern.name, tactics: pattern.tactics, platforms: pattern.platforms,
                standing: standing(of: pattern, key))
        }
        let version = version ?? fallback ?? "of \(modified)"
        return AttackCatalogue(version: version, techniques: Array(byID.values))
    }

    private func standing(of pattern: Pattern, _ key: String) -> AttackTechnique.Standing {
        if pattern.isRevoked { return .revoked(by: successors[key].flatMap { patterns[$0]?.id }) }
        return pattern.isDeprecated ? .deprecated : .current
    }

    /// All texts about techniques in use: the name with its parent's; the description whole and sentence by sentence; each procedure
    /// example, a revoked technique's counting for its successor; each analytic with its strategy's name and log sources.
    func passages(of catalogue: AttackCatalogue) -> [(technique: TechniqueID, text: String)] {
        var passages: [(TechniqueID, String)] = []
        func add(_ id: TechniqueID?, _ text: String) {
            guard let id, case .current = catalogue.resolve(id) else { return }
            passages.append((id, text))
        }
        for (_, pattern) in patterns where !pattern.isRevoked && !pattern.isDeprecated {
            let parent = pattern.id.parent.flatMap { catalogue[$0]?.name } ?? ""
            let title = "\(parent) \(pattern.name)"
            let description = PassageText.plain(pattern.description)
            add(pattern.id, title)
            add(pattern.id, "\(title) \(description)")
            for sentence in PassageText.sentences(of: description) { add(pattern.id, sentence) }
        }
        for example in examples { add(successor(of: example.technique), PassageText.plain(example.text)) }
        for detection in detections {
            guard let strategy = strategies[detection.strategy] else { continue }
            for analytic in strategy.analytics.compactMap({ analytics[$0] }) {
                add(successor(of: detection.technique), "\(strategy.name) \(PassageText.plain(analytic))")
            }
        }
        return passages
    }

    /// The id that stands for a STIX id in the end.
    private func successor(of key: String) -> TechniqueID? {
        var key = key
        var seen: Set<String> = []
        while let pattern = patterns[key], pattern.isRevoked, let next = successors[key], seen.insert(key).inserted {
            key = next
        }
        return patterns[key]?.id
    }
}
