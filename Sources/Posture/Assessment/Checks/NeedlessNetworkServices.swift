import ControlFrameworks
import Findings
import HostModel

/// Services that belong to a local network, or to an earlier age, are not open to everybody.
struct NeedlessNetworkServices: Check {
    let description = CheckDescription(
        id: "needless-network-services", title: "Services of the local network are not open to everybody",
        category: .services, risk: .medium,
        rationale: """
            Port mappers, name and printer discovery, and desktops answer whoever asks: they tell an attacker \
            about the host and amplify floods.
            """,
        remediation: """
            Stop what is not needed (`systemctl disable --now UNIT`), bind the rest to the loopback or an inner \
            address, or close its port in the firewall.
            """,
        controls: [
            .iso("A.8.9"), .iso("A.8.20"), .iso("A.8.21"), .csf("PR.PS-01"), .csf("PR.IR-01"), .sp80053("CM-7"),
            .sp80053("SC-7"),
        ])

    private static let services: [UInt32: String] = [
        69: "TFTP", 111: "the RPC port mapper", 137: "NetBIOS name service", 138: "NetBIOS datagram service",
        139: "SMB over NetBIOS", 161: "SNMP", 177: "XDMCP", 445: "SMB", 512: "rexec", 513: "rlogin",
        514: "rsh or syslog", 515: "printing", 548: "AFP", 631: "printing", 873: "rsync", 1900: "SSDP", 2049: "NFS",
        3702: "WS-Discovery", 5353: "mDNS", 5355: "LLMNR", 5900: "VNC", 6000: "X11", 11211: "memcached",
    ]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.sockets.assess { table, source in
            var judgement = Judgement()
            var seen: Set<String> = []
            for socket in table.sockets where socket.direction == .listening && table.exposure(of: socket) == .public {
                guard socket.transport != .packet, socket.transport != .raw,
                    let service = Self.services[socket.local.port],
                    seen.insert("\(socket.transport) \(socket.local.port)").inserted
                else { continue }
                let holder = table.holders(of: socket).first.map { ", held by \($0.name.displayed)" } ?? ""
                let address = "\(socket.transport.rawValue) \(socket.local.addressText) port \(socket.local.port)"
                judgement.fallsShort(
                    "\(service) is open to everybody on port \(socket.local.port)",
                    Evidence("\(address)\(holder)", from: source))
            }
            // Neither who holds a socket nor vsock, which has no addresses, is asked here.
            for gap in table.gaps where !gap.what.hasPrefix("vsock") && !gap.what.contains("who holds") {
                judgement.isUnknown(gap)
            }
            let listening = table.sockets.count { $0.direction == .listening }
            judgement.sees(Evidence("\(listening) listening sockets", from: source))
            return judgement.answer
        }
    }
}
