/// The two kinds of rules.
package enum PolicyKind: String, Sendable, CaseIterable {
    case ports, egress
}

/// What becomes of policy files when somebody accepts proposals: exactly the words `pending` of those change, and nothing else of the
/// text.
package struct BaselineAcceptance: Sendable {
    package enum Selection: Sendable {
        case all
        case ids([String])
    }

    /// The files that change, with their new text.
    package var files: [PolicyText] = []
    /// The ids that were pending and no longer are, in the order of the files.
    package var accepted: [String] = []
    /// Ids that were asked for and are accepted already.
    package var alreadyAccepted: [String] = []
    /// Ids that were asked for and that no rule has. The caller refuses to write anything when there are some.
    package var unknown: [String] = []

    /// - Parameter files: the files that make up the policy, as ids are unique over them.
    package init(_ selection: Selection, in files: [PolicyText], kind: PolicyKind) throws(PolicyErrors) {
        switch kind {
        case .ports: accept(selection, try RuleList<PortRule>(parsing: files), files)
        case .egress: accept(selection, try RuleList<EgressRule>(parsing: files), files)
        }
    }

    private mutating func accept<Rule>(_ selection: Selection, _ list: RuleList<Rule>, _ originals: [PolicyText]) {
        var edits: [Int: [Range<Int>]] = [:]
        var wanted: Set<String>?
        if case .ids(let ids) = selection {
            wanted = Set(ids)
            let known = Set(list.entries.map(\.rule.header.id))
            unknown = ids.filter { !known.contains($0) }
        }
        for entry in list.entries where wanted?.contains(entry.rule.header.id) ?? true {
            if entry.rule.header.review == .pending, let bytes = entry.reviewBytes {
                edits[entry.file, default: []].append(bytes)
                accepted.append(entry.rule.header.id)
            } else if wanted != nil {
                alreadyAccepted.append(entry.rule.header.id)
            }
        }
        for (index, ranges) in edits.sorted(by: { $0.key < $1.key }) {
            var file = originals[index]
            for range in ranges.sorted(by: { $0.lowerBound > $1.lowerBound }) {
                file.bytes.replaceSubrange(range, with: Review.accepted.rawValue.utf8)
            }
            files.append(file)
        }
    }
}
