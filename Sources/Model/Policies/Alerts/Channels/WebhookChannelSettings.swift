import YAML

/// A request over HTTP with a JSON body, signed by a shared key.
package struct WebhookChannelSettings: ChannelSettings, Sendable, Hashable {
    package enum Key: String, PolicyKey {
        case id, kind, attempts, url
        case keyFile = "key_file"
        case socket, authorities, timeout

        static let mappingName = "a channel of kind webhook"
    }

    package var url: String
    /// The key that bodies are signed with.
    package var keyFile: String
    /// A Unix socket to connect to in place of the URL's host.
    package var socket: String?
    package var authorities: String?
    package var timeout: Duration

    init?(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        let url = decoder.required(.url, in: mapping, why: "where it goes").flatMap { decoder.webAddress($0, Key.url) }
        let keyFile = decoder.required(
            .keyFile, in: mapping, why: "the file with the key that requests are signed with"
        )
        .flatMap { decoder.plainPath($0, Key.keyFile) }
        socket = mapping[.socket].flatMap { decoder.plainPath($0, Key.socket) }
        authorities = mapping[.authorities].flatMap { decoder.plainPath($0, Key.authorities) }
        timeout = mapping[.timeout].flatMap { decoder.duration($0, Key.timeout) } ?? .seconds(30)
        guard let url, let keyFile else { return nil }
        self.url = url
        self.keyFile = keyFile
    }
}
