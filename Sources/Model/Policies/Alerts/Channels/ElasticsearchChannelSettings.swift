import YAML

/// An index of Elasticsearch or OpenSearch, by its bulk API.
package struct ElasticsearchChannelSettings: ChannelSettings, Sendable, Hashable {
    package enum Key: String, PolicyKey {
        case id, kind, attempts, url, index
        case apiKeyFile = "api_key_file"
        case user
        case passwordFile = "password_file"
        case authorities, timeout

        static let mappingName = "a channel of kind elasticsearch"
    }

    /// Of the cluster, without `_bulk`.
    package var url: String
    /// An index or a data stream.
    package var index: String
    package var apiKeyFile: String?
    package var user: String?
    package var passwordFile: String?
    package var authorities: String?
    package var timeout: Duration

    init?(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        let url = decoder.required(.url, in: mapping, why: "where the cluster is").flatMap {
            decoder.webAddress($0, Key.url)
        }
        let index = decoder.required(.index, in: mapping, why: "where documents go").flatMap { decoder.indexName($0) }
        apiKeyFile = mapping[.apiKeyFile].flatMap { decoder.plainPath($0, Key.apiKeyFile) }
        user = mapping[.user].flatMap { decoder.text($0, Key.user, limit: 256) }
        passwordFile = mapping[.passwordFile].flatMap { decoder.plainPath($0, Key.passwordFile) }
        authorities = mapping[.authorities].flatMap { decoder.plainPath($0, Key.authorities) }
        timeout = mapping[.timeout].flatMap { decoder.duration($0, Key.timeout) } ?? .seconds(30)
        if (mapping[.user] == nil) != (mapping[.passwordFile] == nil) {
            decoder.report("'user' and 'password_file' belong together", at: mapping.position)
        } else if mapping[.user] != nil, mapping[.apiKeyFile] != nil {
            decoder.report("either 'api_key_file', or 'user' and 'password_file'", at: mapping.position)
        }
        guard let url, let index else { return nil }
        self.url = url
        self.index = index
    }
}

extension PolicyDecoder {
    /// As Elasticsearch has them: lower case, and nothing that would lead elsewhere.
    fileprivate mutating func indexName(_ node: YAMLNode) -> String? {
        typealias Key = ElasticsearchChannelSettings.Key
        guard let text = text(node, Key.index, limit: 255) else { return nil }
        let isName = text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte) || "-._".utf8.contains(byte)
        }
        if isName, !"-._".contains(text.first ?? "-") { return text }
        report("'index' is a name of lower-case letters, digits, '-', '.' and '_'", at: node.position)
        return nil
    }
}
