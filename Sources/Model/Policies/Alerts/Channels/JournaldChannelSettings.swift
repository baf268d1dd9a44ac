import YAML

/// systemd's journal of this host, by its native protocol.
package struct JournaldChannelSettings: ChannelSettings, Sendable, Hashable {
    package enum Key: String, PolicyKey {
        case id, kind, attempts, socket

        static let mappingName = "a channel of kind journald"
    }

    package var socket: String

    package static let defaultSocket = "/run/systemd/journal/socket"

    init?(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        socket = mapping[.socket].flatMap { decoder.plainPath($0, Key.socket) } ?? Self.defaultSocket
    }
}
