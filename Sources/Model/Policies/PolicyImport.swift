import HostModel
import YAML

/// A policy made of the older JSON forms, `[{"port":22,"protocol":"tcp","command":"sshd","comment":"…"}]` and
/// `[{"protocol":"tcp","host":"…"|"host_regex":"…","port":443,"command":"…"}]`.
///
/// Whatever of it cannot be said in a rule is in `notes`, and stands as a comment in the text: nothing is lost without a word.
package struct PolicyImport: Sendable {
    /// One thing about one entry that is not, or not quite, what it was.
    package struct Note: Sendable, Hashable, CustomStringConvertible {
        package var location: SourceLocation
        /// Whether the entry has no rule at all.
        package var isDropped: Bool
        package var message: String

        package var description: String { "\(location): \(isDropped ? "not carried over: " : "")\(message)" }
    }

    package var kind: PolicyKind
    /// A policy file with the rules.
    package var text: String
    package var rulesCount: Int
    package var notes: [Note]

    /// - Parameter kind: nil to tell by the entries: those with a `host` are egress.
    package init(importing file: PolicyText, kind: PolicyKind? = nil) throws(PolicyErrors) {
        var decoder = PolicyDecoder(path: file.path)
        let root = decoder.document(file.bytes)
        guard let root, let entries = root.elements else {
            if let root {
                decoder.report(
                    "the older form is a list of entries ([{…}]), and this is \(root.kindName)", at: root.position)
            }
            throw PolicyErrors(decoder.errors)
        }
        let hasHosts = entries.contains { $0["host"] != nil || $0["host_regex"] != nil }
        self.kind = kind ?? (hasHosts ? .egress : .ports)
        (notes, text, rulesCount) = ([], "", 0)
        var elements: [String] = []
        for entry in entries {
            if let element = element(of: entry, path: file.path) { elements.append(element) }
        }
        rulesCount = elements.count
        let opening = "# Imported from \(file.path.withoutControls) by `bailey policy import`.\nschema: 1\n"
        let dropped = notes.map { "# \($0.description.withoutControls)\n" }.joined()
        text =
            opening + (elements.isEmpty ? "rules: []\n" : "rules:\n") + elements.joined()
            + (dropped.isEmpty ? "" : "\n# What could not be said in a rule just as it was:\n" + dropped)
    }

    private enum EntryKey: String, PolicyKey {
        case port
        case transport = "protocol"
        case command, comment, host
        case hostRegex = "host_regex"

        static let mappingName = "an entry"
    }

    /// The entry as a rule; nil when a note says why there is none.
    private mutating func element(of entry: YAMLNode, path: String) -> String? {
        var decoder = PolicyDecoder(path: path)
        var yaml: String?
        if let members = entry.members {
            var values: [EntryKey: YAMLNode] = [:]
            for member in members where member.value.scalar?.isNull != true {
                if let key = EntryKey(rawValue: member.key) {
                    values[key] = member.value
                } else {
                    note(member.keyPosition, path, "its key \(YAMLError.quote(member.key)) has no place in a rule")
                }
            }
            yaml = rule(of: PolicyMapping(position: entry.position, values: values), path: path, with: &decoder)
        } else {
            decoder.report("an entry is an object ({…}), and this is \(entry.kindName)", at: entry.position)
        }
        guard decoder.errors.isEmpty, let yaml else {
            let reasons = decoder.errors.map(\.message).joined(separator: "; ")
            notes.append(Note(location: SourceLocation(path: path, entry.position), isDropped: true, message: reasons))
            return nil
        }
        return yaml
    }

    private mutating func rule(
        of entry: PolicyMapping<EntryKey>, path: String, with decoder: inout PolicyDecoder
    ) -> String? {
        let transport: Transport? = entry[.transport].flatMap {
            decoder.choice($0, EntryKey.transport, from: PortRule.transports)
        }
        let ports = entry[.port].flatMap { decoder.ports($0, EntryKey.port, within: 1...65535) }
        let process = entry[.command].flatMap { decoder.process($0, EntryKey.command) }
        let comment = entry[.comment].flatMap { node in
            node.scalar?.text.trimmingSpace.isEmpty == true ? nil : decoder.text(node, EntryKey.comment)
        }
        let header = RuleHeader.proposed(reason: comment ?? "Imported; the entry gave no comment", review: .accepted)
        switch kind {
        case .ports:
            if entry[.transport] == nil { decoder.report("an entry needs a protocol", at: entry.position) }
            if ports == nil, process == nil { decoder.report("an entry needs a port or a command", at: entry.position) }
            if let host = entry[.host] ?? entry[.hostRegex] {
                note(host.position, path, "its host has no place in a port rule")
            }
            return transport.map {
                PortRule(
                    header: header, transport: $0, ports: ports, addresses: nil, interface: nil, namespace: .host,
                    process: process, user: nil
                ).yaml
            }
        case .egress:
            return EgressRule(
                header: header, destinations: destinations(entry, path: path, with: &decoder), ports: ports,
                transport: transport, process: process, user: nil, cgroup: nil, unit: nil
            ).yaml
        }
    }

    private mutating func destinations(
        _ mapping: PolicyMapping<EntryKey>, path: String, with decoder: inout PolicyDecoder
    ) -> [EgressDestination] {
        var result: [EgressDestination] = []
        if let node = mapping[.host], let text = decoder.text(node, EntryKey.host) {
            result += text == "*" ? [.any] : decoder.destination(node, EntryKey.host).map { [$0] } ?? []
        }
        if let node = mapping[.hostRegex], let pattern = decoder.text(node, EntryKey.hostRegex) {
            switch HostPattern(pattern) {
            case .refused(let why): decoder.report("host_regex \(YAMLError.quote(pattern)): \(why)", at: node.position)
            case .destinations(let destinations, let caveat):
                result += destinations
                if let caveat { note(node.position, path, "host_regex \(YAMLError.quote(pattern)): \(caveat)") }
            }
        }
        if mapping[.host] == nil, mapping[.hostRegex] == nil {
            decoder.report("an entry needs a host or a host_regex", at: mapping.position)
        }
        return result
    }

    private mutating func note(_ position: TextPosition, _ path: String, _ message: String) {
        notes.append(Note(location: SourceLocation(path: path, position), isDropped: false, message: message))
    }
}
