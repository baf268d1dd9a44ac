import YAML

/// A channel of Slack, by an incoming webhook. Whoever knows its URL may post, so that stands in a file.
package struct SlackChannelSettings: ChannelSettings, Sendable, Hashable {
    package enum Key: String, PolicyKey {
        case id, kind, attempts
        case urlFile = "url_file"
        case authorities, timeout

        static let mappingName = "a channel of kind slack"
    }

    package var urlFile: String
    package var authorities: String?
    package var timeout: Duration

    init?(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        let urlFile = decoder.required(.urlFile, in: mapping, why: "the file that holds the webhook's URL").flatMap {
            decoder.plainPath($0, Key.urlFile)
        }
        authorities = mapping[.authorities].flatMap { decoder.plainPath($0, Key.authorities) }
        timeout = mapping[.timeout].flatMap { decoder.duration($0, Key.timeout) } ?? .seconds(30)
        guard let urlFile else { return nil }
        self.urlFile = urlFile
    }
}
