import YAML

/// A file of JSON lines in the Open Cybersecurity Schema Framework.
package struct OCSFChannelSettings: ChannelSettings, Sendable, Hashable {
    package enum Key: String, PolicyKey {
        case id, kind, attempts, path

        static let mappingName = "a channel of kind ocsf"
    }

    package var path: String

    init?(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        let path = decoder.required(.path, in: mapping, why: "the file that lines are added to").flatMap {
            decoder.plainPath($0, Key.path)
        }
        guard let path else { return nil }
        self.path = path
    }
}
