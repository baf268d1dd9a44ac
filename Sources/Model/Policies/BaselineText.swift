import YAML

/// The text of a baseline file, to which proposals are added without touching what stands there.
package enum BaselineText {
    /// The file of port proposals with these behind those it has; a new file where there is none.
    package static func adding(
        _ proposals: BaselineProposals<PortRule>, to file: PolicyText?
    ) throws(PolicyErrors) -> String {
        if let file { _ = try RuleList<PortRule>(parsing: [file]) }
        return try adding(proposals.rules.map(\.yaml), to: file, command: "bailey baseline ports")
    }

    /// The file of egress proposals with these behind those it has; a new file where there is none.
    package static func adding(
        _ proposals: BaselineProposals<EgressRule>, to file: PolicyText?
    ) throws(PolicyErrors) -> String {
        if let file { _ = try RuleList<EgressRule>(parsing: [file]) }
        return try adding(proposals.rules.map(\.yaml), to: file, command: "bailey baseline egress")
    }

    private static func adding(
        _ elements: [String], to file: PolicyText?, command: String
    ) throws(PolicyErrors) -> String {
        guard let file else {
            return opening(command) + (elements.isEmpty ? "rules: []\n" : "rules:\n") + elements.joined()
        }
        var decoder = PolicyDecoder(path: file.path)
        guard !elements.isEmpty, let rules = decoder.document(file.bytes)?.members?.first(where: { $0.key == "rules" })
        else { return String(decoding: file.bytes, as: UTF8.self) }
        var bytes = file.bytes
        if rules.value.elements?.isEmpty ?? true {
            // `rules:`, `rules: []` or `rules: null`: what stands behind the key goes, and the rules come on the lines below.
            let isWritten = rules.value.elements != nil || rules.value.scalar?.text.isEmpty == false
            if isWritten { bytes.removeSubrange(rules.value.byteRange) }
            insert(elements.joined(), into: &bytes, behind: lineStart(rules.keyPosition.line, in: bytes))
        } else if isFlow(rules.value, in: bytes) {
            decoder.report(
                "these rules are written as JSON; write them as a list (- id: …), so that proposals can be added below",
                at: rules.value.position)
            throw PolicyErrors(decoder.errors)
        } else {
            let indent = String(repeating: " ", count: rules.value.position.column - 1)
            let lines = elements.joined().split(separator: "\n").map { indent + $0.dropFirst(2) + "\n" }
            insert(lines.joined(), into: &bytes, behind: end(of: rules.value, in: bytes))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func opening(_ command: String) -> String {
        """
        # Proposals written by `\(command)`: what was there when it ran. They approve nothing until somebody has looked at
        # each of them. Accept one with `bailey baseline accept ID`, or write `review: accepted` here; take out what should not be.
        schema: 1

        """
    }

    private static func isFlow(_ node: YAMLNode, in bytes: [UInt8]) -> Bool {
        let first = node.byteRange.lowerBound
        return first < bytes.count && (bytes[first] == UInt8(ascii: "[") || bytes[first] == UInt8(ascii: "{"))
    }

    /// Where the last thing that was written in a node ends: a block's own end lies behind the comments that follow it.
    private static func end(of node: YAMLNode, in bytes: [UInt8]) -> Int {
        if isFlow(node, in: bytes) { return node.byteRange.upperBound }
        switch node.content {
        case .scalar: return node.byteRange.upperBound
        case .sequence(let elements): return elements.last.map { end(of: $0, in: bytes) } ?? node.byteRange.upperBound
        case .mapping(let members):
            return members.last.map { end(of: $0.value, in: bytes) } ?? node.byteRange.upperBound
        }
    }

    private static func lineStart(_ line: Int, in bytes: [UInt8]) -> Int {
        var number = 1
        for (index, byte) in bytes.enumerated() {
            if number == line { return index }
            if byte == 0x0a { number += 1 }
        }
        return bytes.count
    }

    /// Inserts whole lines behind the line that `offset` is on; a block scalar's end is the start of the next line already.
    private static func insert(_ text: String, into bytes: inout [UInt8], behind offset: Int) {
        var end = min(offset, bytes.count)
        let isAtLineStart = end > 0 && bytes[end - 1] == 0x0a && end == bytes.count
        if !isAtLineStart {
            end = bytes[end...].firstIndex(of: 0x0a).map { $0 + 1 } ?? bytes.count
            if end == bytes.count, bytes.last != 0x0a {
                bytes.append(0x0a)
                end += 1
            }
        }
        bytes.insert(contentsOf: text.utf8, at: end)
    }
}
