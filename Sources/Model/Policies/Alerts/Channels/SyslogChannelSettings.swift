import YAML

/// Syslog (RFC 5424) with a message in CEF.
package struct SyslogChannelSettings: ChannelSettings, Sendable, Hashable {
    package enum Key: String, PolicyKey {
        case id, kind, attempts, transport, host, port, socket, timeout

        static let mappingName = "a channel of kind syslog"
    }

    package enum Transport: String, Sendable, Hashable, CaseIterable {
        /// Octet counting (RFC 6587 §3.4.1).
        case tcp
        /// RFC 5426. Nobody tells when it is lost.
        case udp
        /// A datagram socket of this host.
        case unix
    }

    package var transport: Transport
    package var host: String
    package var port: Int
    package var socket: String
    package var timeout: Duration

    init?(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        let transport = decoder.required(.transport, in: mapping, why: "unix, udp or tcp").flatMap {
            decoder.choice($0, Key.transport, from: Transport.allCases)
        }
        timeout = mapping[.timeout].flatMap { decoder.duration($0, Key.timeout) } ?? .seconds(10)
        port = mapping[.port].flatMap { decoder.number($0, Key.port, in: 1...65535) } ?? 514
        socket = mapping[.socket].flatMap { decoder.plainPath($0, Key.socket) } ?? "/dev/log"
        host = mapping[.host].flatMap { decoder.hostText($0, Key.host) } ?? ""
        guard let transport else { return nil }
        self.transport = transport
        if transport == .unix {
            for key in [Key.host, .port] where mapping[key] != nil {
                decoder.report("'\(key.rawValue)' is of no use with the transport unix", at: mapping.position)
            }
        } else {
            _ = decoder.required(.host, in: mapping, why: "the receiver")
            if mapping[.socket] != nil {
                decoder.report("'socket' is of use with the transport unix alone", at: mapping.position)
            }
        }
    }
}
