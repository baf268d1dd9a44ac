import YAML

/// What one kind of channel needs: a file of its own in `Channels/`, a case in `AlertChannelKind`.
protocol ChannelSettings {
    /// All keys of such a channel, those of `ChannelHeadKey` among them.
    associatedtype Key: PolicyKey

    /// Nil, with everything reported, where something is missing or wrong.
    init?(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder)
}

/// What every channel has, whatever its kind.
package enum ChannelHeadKey: String, PolicyKey {
    case id, kind, attempts

    static let mappingName = "a channel"
}

extension PolicyDecoder {
    /// A URL over HTTP or HTTPS without a user in it. What may hold a secret is not repeated in errors.
    mutating func webAddress(_ node: YAMLNode, _ key: some PolicyKey) -> String? {
        guard let text = text(node, key, limit: 2048) else { return nil }
        let rest = ["https://", "http://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.utf8.count) }
        let host = rest?.prefix { !"/?#".contains($0) }
        guard let host, !host.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            report("'\(key.rawValue)' is a URL that begins with https:// or http://", at: node.position)
            return nil
        }
        guard !host.contains("@") else {
            report(
                "'\(key.rawValue)' holds a user or a password, which belong in a file of their own", at: node.position)
            return nil
        }
        return text
    }

    /// A host's name or address.
    mutating func hostText(_ node: YAMLNode, _ key: some PolicyKey) -> String? {
        guard let text = text(node, key, limit: 253) else { return nil }
        let isHost = text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x3a, 0x5f: true
            default: false
            }
        }
        if isHost { return text }
        report(
            "'\(key.rawValue)' is the name or address of a host, and \(YAMLError.quote(text)) is none",
            at: node.position)
        return nil
    }

    mutating func mailAddress(_ node: YAMLNode, _ key: some PolicyKey) -> String? {
        guard let text = text(node, key, limit: 254) else { return nil }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress =
            parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"<>()[],;:\\\"".utf8.contains($0) }
        if isAddress { return text }
        report(
            "'\(key.rawValue)' is an address like soc@example.org, and \(YAMLError.quote(text)) is none",
            at: node.position)
        return nil
    }
}
