import Findings
import HostModel
import Policies

/// Unapproved connections that make one finding: those of one program to one place, or of one program that goes to very many.
private struct EgressSubject {
    var groups: [EgressGroup]

    var sample: Socket { groups[0].sample }
    var count: Int { groups.reduce(0) { $0 + $1.count } }
    var bytesSent: UInt64 { groups.reduce(0) { $0 &+ $1.bytesSent } }
    var destinations: [Endpoint] {
        var seen: Set<Endpoint> = []
        return groups.map(\.sample.remote).filter { seen.insert($0).inserted }
    }
}

extension EgressAudit {
    /// A program with more unapproved destinations than this is one finding: a scan or a crawl, not a hundred thousand questions.
    private static let destinationLimit = 100

    func findings(_ groups: [EgressGroup]) -> [Finding] {
        var findings: [Finding] = []
        for ofProgram in partition(groups, by: programKey) {
            let places = partition(ofProgram, by: placeKey)
            if places.count > Self.destinationLimit {
                findings.append(manyDestinations(EgressSubject(groups: ofProgram)))
            } else {
                findings += places.map { oneDestination(EgressSubject(groups: $0)) }
            }
        }
        return findings
    }

    private struct ProgramKey: Hashable {
        var transport: Transport
        var namespace: Int32
        var subject: Int32
    }

    private func programKey(_ group: EgressGroup) -> ProgramKey {
        ProgramKey(transport: group.sample.transport, namespace: group.sample.namespace, subject: group.subject)
    }

    private func placeKey(_ group: EgressGroup) -> Endpoint {
        Endpoint(
            group.sample.remote.ip.map { .ip($0.unmapped) } ?? group.sample.remote.address,
            port: group.sample.remote.port)
    }

    /// In the order in which each key first occurs.
    private func partition<Key: Hashable>(_ groups: [EgressGroup], by key: (EgressGroup) -> Key) -> [[EgressGroup]] {
        var indices: [Key: Int] = [:]
        var parts: [[EgressGroup]] = []
        for group in groups {
            let index = indices[key(group), default: parts.count]
            if index == parts.count {
                indices[key(group)] = index
                parts.append([])
            }
            parts[index].append(group)
        }
        return parts
    }

    private func oneDestination(_ subject: EgressSubject) -> Finding {
        let socket = subject.sample
        let place = placeKey(subject.groups[0])
        let address = place.ip
        let isLocal = address.map { $0.isLoopback || $0.isPrivate } ?? false
        let connections = subject.count == 1 ? "a connection" : "\(subject.count) connections"
        return finding(
            subject, identity: [place.addressText, "\(place.port)"], severity: isLocal ? .low : .medium,
            title: "\(subjects.name(of: socket)) connects to \(Socket.text(place)) without approval",
            detail:
                "\(subjects.description(of: socket)) has \(connections) by \(socket.transport.rawValue) to \(Socket.text(place)). "
                + "No rule in force allows it.",
            resource: "\(socket.transport.rawValue)/\(Socket.text(place))")
    }

    private func manyDestinations(_ subject: EgressSubject) -> Finding {
        let socket = subject.sample
        let destinations = subject.destinations
        let shown = destinations.prefix(10).map(Socket.text).joined(separator: ", ")
        return finding(
            subject, identity: ["many"], severity: .high,
            title: "\(subjects.name(of: socket)) connects to \(destinations.count) places without approval",
            detail:
                "\(subjects.description(of: socket)) has \(subject.count) connections by \(socket.transport.rawValue) to "
                + "\(destinations.count) places that no rule in force allows, among them \(shown).",
            resource: "\(socket.transport.rawValue)/\(destinations.count) destinations")
    }

    private func finding(
        _ subject: EgressSubject, identity: [String], severity: Severity, title: String, detail: String,
        resource: String
    ) -> Finding {
        let socket = subject.sample
        var finding = Finding(
            kind: .unapprovedEgress,
            identity: [socket.transport.rawValue, subjects.namespaceIdentity(of: socket)] + identity
                + [subjects.identity(of: socket)],
            severity: isProgramGone(socket) ? max(severity, .high) : severity, title: title, detail: detail,
            evidence: evidence(subject.groups.map(\.sample)) { socket in
                Evidence(
                    "\(socket.transport.rawValue) \(Socket.text(socket.local)) to \(Socket.text(socket.remote)) \(socket.state.rawValue), held by "
                        + subjects.description(of: socket), from: subjects.source(of: socket))
            },
            resource: Resource(.socket, resource), controls: FindingKind.unapprovedEgress.socketControls,
            techniques: FindingKind.unapprovedEgress.socketTechniques, remediation: remediation(subject), seenAt: now)
        if subject.bytesSent > 0 { finding.detail += " It has sent \(subject.bytesSent) bytes." }
        if let rule = subject.groups.lazy.compactMap(\.decision.hiddenOwnerRule).first {
            finding.confidence = 0.5
            finding.severity = .low
            finding.detail +=
                " Rule \(policy.rules[rule].header.id) would allow it for one process, but its process could not be seen."
        }
        return finding
    }

    /// Still running from a file that was removed: how programs that hide, and programs that were just updated, look.
    private func isProgramGone(_ socket: Socket) -> Bool {
        table.principalHolder(of: socket)?.isExecutableDeleted ?? false
    }

    private func remediation(_ subject: EgressSubject) -> String {
        let socket = subject.sample
        let stop =
            subjects.service(of: socket).map { "Find out what \($0) wants there, and stop it if nobody knows" }
            ?? "Find out what it wants there, and end it if nobody knows"
        let header = RuleHeader.proposed(reason: "say here why it is needed", review: .accepted)
        let rule = EgressRule(proposedFor: socket, in: table, header: header).inlineYAML
        let what =
            subject.groups.count > 1 && subject.destinations.count > 1
            ? "Allow each place that is needed" : "If it is needed, allow it"
        return "\(stop). \(what) by this rule in \(policyPath):\n\(rule)"
    }
}
