import Findings
import HostModel
import Policies

extension PortAudit {
    func finding(_ group: PortFindingGroup) -> Finding {
        let socket = group.sockets[0]
        let place = place(of: group)
        let words = words(group, place: place)
        var finding = Finding(
            kind: group.kind, identity: identity(of: group), severity: severity(of: group),
            title: words.title, detail: words.detail,
            evidence: evidence(group.sockets) { socket in
                Evidence("\(subjects.description(of: socket)) has \(line(socket))", from: subjects.source(of: socket))
            },
            resource: Resource(.socket, "\(socket.transport.rawValue)/\(place)"),
            controls: group.kind.socketControls, techniques: group.kind.socketTechniques,
            remediation: remediation(group), seenAt: now)
        if let rule = group.decision.hiddenOwnerRule, group.kind == .unapprovedPort || group.kind == .sniffer {
            finding.confidence = 0.5
            finding.detail +=
                " Rule \(policy.rules[rule].header.id) would approve it for one process, but its process could not be seen."
        }
        return finding
    }

    /// `0.0.0.0:80`; `*:80` for wildcards of both families; the interface of a packet socket.
    private func place(of group: PortFindingGroup) -> String {
        let socket = group.sockets[0]
        if socket.transport == .packet {
            return (table.interfaceName(of: socket) ?? "any interface").displayed(limit: 32)
        }
        let ports = Set(group.sockets.map(\.local.port))
        let addresses = Set(group.sockets.map(\.local.address))
        if ports.count == 1, addresses.count == 1 { return Socket.text(socket.local) }
        let address = addresses.count == 1 ? socket.local.addressText : "*"
        return ports.count == 1 ? "\(address):\(socket.local.port)" : "\(address):(\(ports.count) ports)"
    }

    private func identity(of group: PortFindingGroup) -> [String] {
        let socket = group.sockets[0]
        let address = group.isWildcard ? "*" : socket.local.ip?.unmapped.description ?? socket.local.addressText
        return [
            socket.transport.rawValue, subjects.namespaceIdentity(of: socket), address,
            group.isEphemeral ? "ephemeral" : socket.transport == .packet ? "" : "\(socket.local.port)",
            table.interfaceName(of: socket) ?? "",
            subjects.identity(of: socket),
        ]
    }

    private func line(_ socket: Socket) -> String {
        if socket.transport == .packet {
            return "a packet socket on \((table.interfaceName(of: socket) ?? "any interface").displayed(limit: 32))"
        }
        return "\(socket.transport.rawValue) \(Socket.text(socket.local)) \(socket.state.rawValue)"
    }

    private func severity(of group: PortFindingGroup) -> Severity {
        switch group.kind {
        case .publicBind: group.decision.outcome == .approved ? .medium : .high
        case .unapprovedPort: group.exposure == .loopback ? .low : .medium
        case .insecurePort: service(of: group)?.severity(exposure: group.exposure) ?? .low
        default: .medium
        }
    }

    private func service(of group: PortFindingGroup) -> CleartextService? {
        CleartextService.at(group.sockets[0].transport, port: group.sockets[0].local.port)
    }

    private func words(_ group: PortFindingGroup, place: String) -> (title: String, detail: String) {
        let socket = group.sockets[0]
        let name = subjects.name(of: socket)
        let bind = "\(socket.transport.rawValue) \(place)"
        let holder = subjects.description(of: socket)
        let reach = reach(group.exposure)
        switch group.kind {
        case .publicBind:
            return (
                "\(name) is open to everybody on \(bind)",
                "\(holder) can be reached by \(reach). \(standing(group.decision))"
            )
        case .insecurePort:
            let service = service(of: group)?.name ?? "this service"
            return (
                "\(name) offers \(service) in cleartext on \(bind)",
                "\(holder) can be reached by \(reach) over \(service), which anybody on the way can read and change."
            )
        case .sniffer:
            return (
                "\(name) reads network frames on \(place)",
                "\(holder) has a packet socket: it can see whatever passes the interface. No rule approves it."
            )
        default:
            return (
                "\(name) listens on \(bind) without approval",
                "\(holder) can be reached by \(reach). No rule in force approves it."
            )
        }
    }

    private func reach(_ exposure: Exposure) -> String {
        switch exposure {
        case .loopback: "programs on this host"
        case .private: "the networks this host is part of"
        case .public: "anybody who has a route to this host"
        }
    }

    /// What the policy has to say about a bind that everybody can reach.
    private func standing(_ decision: PortDecision) -> String {
        switch (decision.outcome, decision.rule.map { policy.rules[$0].header.id }) {
        case (.approved, let rule?): "Rule \(rule) approves the port, but does not say that everybody may reach it."
        case (.expired, let rule?): "The approval of rule \(rule) has expired."
        default: "No rule approves it."
        }
    }

    private func remediation(_ group: PortFindingGroup) -> String {
        let socket = group.sockets[0]
        let stop =
            subjects.service(of: socket).map { "Stop it if nobody needs it (systemctl disable --now \($0))" }
            ?? "Stop it if nobody needs it"
        switch group.kind {
        case .insecurePort:
            return "Use \(service(of: group)?.instead ?? "an encrypted protocol") and close this port."
        case .publicBind where group.decision.outcome == .approved:
            let rule = group.decision.rule.map { policy.rules[$0].header.location.description } ?? policyPath
            return
                "Bind it to loopback or a private address; or say in the rule at \(rule) that everybody may reach it: address: any"
        case .publicBind:
            return
                "\(stop), or bind it to loopback or a private address. If everybody may reach it, approve it with its address by "
                + approval(of: socket)
        default:
            return "\(stop). If it is needed, approve it by " + approval(of: socket)
        }
    }

    /// What to write to have the socket approved.
    private func approval(of socket: Socket) -> String {
        let header = RuleHeader.proposed(reason: "say here why it is needed", review: .accepted)
        return "this rule in \(policyPath):\n" + PortRule(proposedFor: socket, in: table, header: header).inlineYAML
    }
}
