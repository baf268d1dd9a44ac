import YAML

/// The keys every rule has, whatever it matches.
protocol RuleKey: PolicyKey {
    static var id: Self { get }
    static var reason: Self { get }
    static var owner: Self { get }
    static var expires: Self { get }
    static var comment: Self { get }
    static var review: Self { get }
}

/// A kind of rule: how one is read, and what makes it this rule and not another.
protocol PolicyRule: Sendable, Hashable {
    associatedtype Key: RuleKey
    var header: RuleHeader { get set }
    /// What the rule matches in a few readable words: the id of a rule that was given none.
    var derivedID: String { get }

    /// Nil when something is wrong, which is then reported.
    static func decode(_ mapping: PolicyMapping<Key>, header: RuleHeader, with decoder: inout PolicyDecoder) -> Self?
}

/// The keys of a file of rules.
package enum RuleFileKey: String, PolicyKey {
    case schema, rules

    static let mappingName = "a policy file"
}

/// The rules of the files that make up one policy, in the order written, and where each says whether it was reviewed.
struct RuleList<Rule: PolicyRule> {
    struct Entry {
        var rule: Rule
        /// The file it stands in, as an index into those given.
        var file: Int
        /// The bytes of its `review` value, where it has one.
        var reviewBytes: Range<Int>?
        var hasGivenID: Bool
        var idLocation: SourceLocation
    }

    private(set) var entries: [Entry] = []

    init(parsing files: [PolicyText]) throws(PolicyErrors) {
        var errors: [PolicyError] = []
        for (index, file) in files.enumerated() {
            var decoder = PolicyDecoder(path: file.path)
            if let root = decoder.document(file.bytes) { read(root, file: index, with: &decoder) }
            errors += decoder.errors
        }
        nameEntries(&errors)
        guard errors.isEmpty else { throw PolicyErrors(errors) }
    }

    private mutating func read(_ root: YAMLNode, file: Int, with decoder: inout PolicyDecoder) {
        guard let mapping = decoder.mapping(root, of: RuleFileKey.self) else { return }
        decoder.checkSchema(.schema, in: mapping)
        let list = decoder.required(.rules, in: mapping, why: "write 'rules: []' to approve nothing")
        guard let list else { return }
        for node in decoder.list(list, RuleFileKey.rules) {
            if let entry = entry(node, file: file, with: &decoder) { entries.append(entry) }
        }
    }

    private func entry(_ node: YAMLNode, file: Int, with decoder: inout PolicyDecoder) -> Entry? {
        guard let mapping = decoder.mapping(node, of: Rule.Key.self) else { return nil }
        let header = RuleHeader(decoding: mapping, with: &decoder)
        guard let rule = Rule.decode(mapping, header: header, with: &decoder) else { return nil }
        let idPosition = mapping[.id]?.position ?? node.position
        return Entry(
            rule: rule, file: file, reviewBytes: mapping[.review]?.byteRange, hasGivenID: !header.id.isEmpty,
            idLocation: SourceLocation(path: decoder.path, idPosition))
    }

    /// Given ids have to be unique; derived ones give way to those and to each other.
    private mutating func nameEntries(_ errors: inout [PolicyError]) {
        var taken: [String: SourceLocation] = [:]
        for entry in entries where entry.hasGivenID {
            if let other = taken[entry.rule.header.id] {
                let id = YAMLError.quote(entry.rule.header.id)
                errors.append(
                    PolicyError(
                        location: entry.idLocation,
                        message: "id \(id) is already taken by the rule at \(other); change one of them"))
            } else {
                taken[entry.rule.header.id] = entry.idLocation
            }
        }
        for index in entries.indices where !entries[index].hasGivenID {
            let id = RuleID.free(entries[index].rule.derivedID, among: taken.keys)
            entries[index].rule.header.id = id
            taken[id] = entries[index].idLocation
        }
    }
}

extension RuleHeader {
    fileprivate init<Key: RuleKey>(decoding mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        let reason = decoder.required(.reason, in: mapping, why: "say why this is allowed")
        self.init(
            id: mapping[.id].flatMap { decoder.ruleID($0, Key.id) } ?? "",
            reason: reason.flatMap { decoder.text($0, Key.reason) } ?? "",
            owner: mapping[.owner].flatMap { decoder.text($0, Key.owner, limit: 256) },
            expires: mapping[.expires].flatMap { decoder.day($0, Key.expires) }?.start,
            comment: mapping[.comment].flatMap { decoder.text($0, Key.comment) },
            review: mapping[.review].flatMap { decoder.choice($0, Key.review, from: [Review.pending, .accepted]) }
                ?? .accepted,
            location: SourceLocation(path: decoder.path, mapping.position))
    }
}

extension PolicyDecoder {
    mutating func ruleID(_ node: YAMLNode, _ key: some PolicyKey) -> String? {
        guard let text = text(node, key) else { return nil }
        if RuleID.isValid(text) { return text }
        report(
            "\(YAMLError.quote(text)) cannot be an id; use up to \(RuleID.limit) letters, digits, '.', '_' and '-'",
            at: node.position)
        return nil
    }
}

/// The form of a rule's id: what a person can type as an argument.
enum RuleID {
    static let limit = 96

    static func isValid(_ text: String) -> Bool {
        (1...limit).contains(text.utf8.count) && text.utf8.allSatisfy(isIDByte) && text.utf8.first != UInt8(ascii: "-")
    }

    /// An id of the words, the rest of the characters replaced. Words that are too long end in a digest of all of them (FNV-1a).
    static func make(of words: [String]) -> String {
        let text = words.filter { !$0.isEmpty }.joined(separator: "-")
        var bytes: [UInt8] = []
        for byte in text.lowercased().utf8 {
            let next = isIDByte(byte) ? byte : UInt8(ascii: "-")
            if next == UInt8(ascii: "-"), bytes.last == next || bytes.isEmpty { continue }
            bytes.append(next)
        }
        while bytes.last == UInt8(ascii: "-") { bytes.removeLast() }
        guard bytes.count > 72 else { return bytes.isEmpty ? "rule" : String(decoding: bytes, as: UTF8.self) }
        let digest = text.utf8.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(decoding: bytes.prefix(56), as: UTF8.self) + "-" + String(digest, radix: 16)
    }

    /// `id`, with a number behind it when it is taken.
    static func free(_ id: String, among taken: some Collection<String>) -> String {
        free(id) { taken.contains($0) }
    }

    static func free(_ id: String, isTaken: (String) -> Bool) -> String {
        var candidate = id
        var number = 2
        while isTaken(candidate) {
            candidate = "\(id)-\(number)"
            number += 1
        }
        return candidate
    }

    static func isIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
