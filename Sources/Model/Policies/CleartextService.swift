package import Findings
package import HostModel

/// A service whose well-known port speaks a protocol that anybody on the way can read or change. Known by protocol and port alone (IANA
/// service names and port numbers), because that is what the kernel tells.
///
/// Left out are services that negotiate TLS on the very same port (SMTP 25 and 587, MySQL 3306, PostgreSQL 5432, MongoDB 27017,
/// Elasticsearch 9200): from outside the process both look alike, and a finding that cannot be cured is no help.
package struct CleartextService: Sendable, Hashable {
    package var name: String
    package var transports: [Transport]
    package var ports: ClosedRange<UInt32>
    /// What to run in its place.
    package var instead: String
    package var severity: Severity
    /// Obsolete altogether: it counts, at low severity, where only the host itself can reach it too.
    package var countsOnLoopback: Bool = false

    package static func at(_ transport: Transport, port: UInt32) -> CleartextService? {
        let key = transport == .mptcp ? Transport.tcp : transport
        return byPort[port]?.first { $0.transports.contains(key) }
    }

    /// How bad it is for a socket that is reachable like this; nil where it does not count.
    package func severity(exposure: Exposure) -> Severity? {
        if exposure == .loopback { return countsOnLoopback ? .low : nil }
        return exposure == .public ? severity : min(severity, .medium)
    }

    private static let byPort: [UInt32: [CleartextService]] = {
        var table: [UInt32: [CleartextService]] = [:]
        for service in all { for port in service.ports { table[port, default: []].append(service) } }
        return table
    }()

    private static func tcp(
        _ name: String, _ ports: ClosedRange<UInt32>, _ severity: Severity, use instead: String,
        onLoopback: Bool = false
    ) -> CleartextService {
        CleartextService(
            name: name, transports: [.tcp], ports: ports, instead: instead, severity: severity,
            countsOnLoopback: onLoopback)
    }

    private static func udp(
        _ name: String, _ port: UInt32, _ severity: Severity, use instead: String, onLoopback: Bool = false
    ) -> CleartextService {
        CleartextService(
            name: name, transports: [.udp], ports: port...port, instead: instead, severity: severity,
            countsOnLoopback: onLoopback)
    }

    /// By port.
    package static let all: [CleartextService] = [
        tcp("FTP", 21...21, .high, use: "SFTP over SSH", onLoopback: true),
        tcp("Telnet", 23...23, .critical, use: "SSH", onLoopback: true),
        udp("TFTP", 69, .high, use: "HTTPS or SFTP", onLoopback: true),
        tcp("Finger", 79...79, .medium, use: "nothing: switch it off", onLoopback: true),
        tcp("HTTP", 80...80, .low, use: "HTTPS on port 443; on 80 at most a redirect to it"),
        tcp("POP3", 110...110, .high, use: "POP3 over TLS on port 995 (RFC 8314)"),
        tcp(
            "RPC portmapper", 111...111, .medium, use: "NFSv4, which needs no portmapper, or a firewall that closes it"),
        udp("RPC portmapper", 111, .medium, use: "NFSv4, which needs no portmapper, or a firewall that closes it"),
        tcp("SMB over NetBIOS", 139...139, .high, use: "SMB 3 with encryption required, inside a VPN"),
        tcp("IMAP", 143...143, .high, use: "IMAP over TLS on port 993 (RFC 8314)"),
        udp("SNMP", 161, .high, use: "SNMPv3 over TLS or DTLS on port 10161 (RFC 6353)"),
        tcp("LDAP", 389...389, .high, use: "LDAP over TLS on port 636"),
        tcp("SMB", 445...445, .high, use: "SMB 3 with encryption required, inside a VPN"),
        tcp("rexec", 512...512, .critical, use: "SSH", onLoopback: true),
        tcp("rlogin", 513...513, .critical, use: "SSH", onLoopback: true),
        tcp("rsh", 514...514, .critical, use: "SSH, or syslog over TLS on port 6514 (RFC 5425)", onLoopback: true),
        udp("Syslog", 514, .medium, use: "syslog over TLS on port 6514 (RFC 5425)"),
        tcp("rsync", 873...873, .high, use: "rsync over SSH"),
        tcp("MQTT", 1883...1883, .high, use: "MQTT over TLS on port 8883"),
        tcp("NFS", 2049...2049, .medium, use: "NFSv4 with Kerberos privacy (sec=krb5p) or RPC over TLS (RFC 9289)"),
        tcp("ZooKeeper", 2181...2181, .medium, use: "its secureClientPort with TLS"),
        tcp("Docker API", 2375...2375, .critical, use: "the Unix socket, SSH, or port 2376 with client certificates"),
        tcp("AMQP", 5672...5672, .medium, use: "AMQP over TLS on port 5671"),
        tcp("VNC", 5900...5963, .high, use: "VNC bound to loopback and reached through SSH"),
        tcp("X11", 6000...6063, .high, use: "ssh -X, with the X server started with -nolisten tcp"),
        tcp("Redis", 6379...6379, .high, use: "a loopback or Unix socket, or tls-port with client certificates"),
        tcp("HTTP", 8080...8080, .low, use: "HTTPS, or a bind to loopback behind a proxy that speaks it"),
        CleartextService(
            name: "memcached", transports: [.tcp, .udp], ports: 11211...11211, instead: "a loopback or Unix socket",
            severity: .high),
    ]
}
