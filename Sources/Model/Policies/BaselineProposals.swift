package import HostModel

package import struct FoundationEssentials.Date

/// Rules made of what is there now, each waiting for somebody to look at it: `review: pending` approves nothing.
///
/// What a rule in force approves is not proposed, nor what a pending rule already covers; what only an expired rule covers is, because
/// somebody has to decide about it again.
package struct BaselineProposals<Rule: Sendable & Hashable>: Sendable, Hashable {
    /// With ids that no rule of the policy has.
    package var rules: [Rule]
    /// How many more there were than `limit`: too many for somebody to look at, and for a policy file.
    package var leftOut: Int

    /// Rules that differ in nothing but why they are proposed, and the places each was seen at.
    private struct Candidates {
        var order: [Rule] = []
        var seen: [Rule: (subject: String, places: [String], count: Int)] = [:]

        mutating func add(_ rule: Rule, subject: String, place: @autoclosure () -> String) {
            if seen[rule] == nil { order.append(rule) }
            seen[rule, default: (subject, [], 0)].count += 1
            if let places = seen[rule]?.places, places.count < 4, case let text = place(), !places.contains(text) {
                seen[rule]?.places.append(text)
            }
        }

        func reason(for rule: Rule, doing: String, on day: CalendarDay) -> String {
            guard let seen = seen[rule] else { return "" }
            let more = seen.count > seen.places.count ? " (\(seen.count) sockets)" : ""
            return "Seen on \(day): \(seen.subject) \(doing) " + seen.places.joined(separator: " and ") + more
        }
    }
}

extension BaselineProposals<PortRule> {
    /// Proposals for every listening socket, and every sniffer, that nothing approves.
    package init(ports table: SocketTable, policy: PortPolicy, now: Date, limit: Int = 1000) {
        let decider = PortDecider(policy: policy, table: table, now: now)
        var candidates = Candidates()
        for socket in table.sockets where socket.direction == .listening || socket.direction == .sniffer {
            let decision = decider.decide(socket)
            let isWaiting = decision.matched.contains { policy.rules[$0].header.review == .pending }
            guard decision.outcome != .approved, !isWaiting else { continue }
            let rule = PortRule(proposedFor: socket, in: table, header: .proposed(reason: "", review: .pending))
            candidates.add(rule, subject: table.holderText(of: socket), place: table.placeText(of: socket))
        }
        var taken = Set(policy.rules.map(\.header.id))
        let sorted = candidates.order.sorted {
            ($0.transport.rawValue, $0.ports?.ranges.first?.lowerBound ?? 0, $0.derivedID)
                < ($1.transport.rawValue, $1.ports?.ranges.first?.lowerBound ?? 0, $1.derivedID)
        }
        rules = sorted.prefix(limit).map { rule in
            var named = rule
            named.header.reason = candidates.reason(for: rule, doing: "listening on", on: CalendarDay(containing: now))
            named.header.id = RuleID.free(rule.derivedID, isTaken: taken.contains)
            taken.insert(named.header.id)
            return named
        }
        leftOut = max(0, sorted.count - limit)
    }
}

extension BaselineProposals<EgressRule> {
    /// Proposals for every outbound connection that nothing approves.
    package init(
        egress table: SocketTable, policy: EgressPolicy, names: ResolvedNames, now: Date, limit: Int = 1000
    ) {
        let decider = EgressDecider(policy: policy, table: table, names: names.current(at: now), now: now)
        var candidates = Candidates()
        for socket in table.sockets where socket.direction == .outbound {
            let decision = decider.decide(socket)
            let isWaiting = decision.matched.contains { policy.rules[$0].header.review == .pending }
            guard decision.verdict != .approved, !isWaiting else { continue }
            let rule = EgressRule(proposedFor: socket, in: table, header: .proposed(reason: "", review: .pending))
            candidates.add(rule, subject: table.holderText(of: socket), place: table.text(of: socket.remote))
        }
        var taken = Set(policy.rules.map(\.header.id))
        let sorted = candidates.order.sorted { $0.derivedID < $1.derivedID }
        rules = sorted.prefix(limit).map { rule in
            var named = rule
            named.header.reason = candidates.reason(for: rule, doing: "connected to", on: CalendarDay(containing: now))
            named.header.id = RuleID.free(rule.derivedID, isTaken: taken.contains)
            taken.insert(named.header.id)
            return named
        }
        leftOut = max(0, sorted.count - limit)
    }
}

extension SocketTable {
    /// The holder as a reason names it: "nginx (user www-data, nginx.service)", without control characters.
    fileprivate func holderText(of socket: Socket) -> String {
        guard let holder = principalHolder(of: socket) else {
            return socket.ownership == .kernel ? "the kernel" : "a process that could not be seen"
        }
        var parts = ["user " + (userNames[socket.userID] ?? "\(socket.userID)")]
        if let unit = holder.unit { parts.append(unit) }
        return "\(holder.name) (\(parts.joined(separator: ", ")))".withoutControls
    }

    fileprivate func placeText(of socket: Socket) -> String {
        let interface = interfaceName(of: socket).map { " on \($0)" } ?? ""
        if socket.transport == .packet { return "a packet socket" + interface.withoutControls }
        return (text(of: socket.local) + interface).withoutControls
    }

    fileprivate func text(of endpoint: Endpoint) -> String {
        guard let address = endpoint.ip, !address.isIPv4 else { return "\(endpoint.addressText):\(endpoint.port)" }
        return "[\(address)]:\(endpoint.port)"
    }
}

extension String {
    /// Each control character a question mark: names that processes gave themselves may hold any.
    var withoutControls: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.value < 0x20 || (0x7f...0x9f).contains($0.value) ? "?" : $0 }))
    }
}
