package import struct FoundationEssentials.Date

/// Who is told of what the core finds, and how: `alerts-policy.yaml`.
///
/// Every rule stands for itself: what one of them wants told goes to its channels. A channel that several rules lead to is told once, by
/// the first of them. What no rule matches is told to nobody.
package struct AlertsPolicy: Sendable, Hashable {
    package static let fileName = "alerts-policy.yaml"

    package var channels: [AlertChannel]
    package var rules: [AlertRule]
    /// SHA-256 of the file, in hexadecimal.
    package var version: String

    package init(channels: [AlertChannel] = [], rules: [AlertRule] = [], version: String = "") {
        self.channels = channels
        self.rules = rules
        self.version = version
    }

    package func channel(_ id: String) -> AlertChannel? { channels.first { $0.id == id } }

    /// A way out by which one notice goes.
    package struct Route: Sendable, Hashable {
        package var channel: String
        package var rule: String
        /// Not before then; nil for at once.
        package var heldUntil: Date?
    }

    /// - Parameters:
    ///   - severities: all there are, mildest first.
    ///   - isNews: whether a channel was not told of this, or of something milder, before.
    package func routes(
        for subject: AlertSubject, at now: Date, severities: [String], isNews: (_ channel: String) -> Bool
    ) -> [Route] {
        var routes: [Route] = []
        for rule in rules where rule.matches(subject, severities: severities) {
            for channel in rule.channels where !routes.contains(where: { $0.channel == channel }) {
                if rule.newOrWorse, !isNews(channel) { continue }
                routes.append(
                    Route(
                        channel: channel, rule: rule.id,
                        heldUntil: rule.quietUntil(now, severity: subject.severity, severities: severities)))
            }
        }
        return routes
    }
}

/// What rules look at.
package struct AlertSubject: Sendable, Hashable {
    /// `opened`, `raised`, `joined`, `stalled`.
    package var event: String
    package var severity: String
    /// Where it came from and what it is: `wazuh`, `5710`, `posture`.
    package var kinds: [String]
    package var controls: [String]
    package var host: String

    package init(event: String, severity: String, kinds: [String], controls: [String], host: String) {
        self.event = event
        self.severity = severity
        self.kinds = kinds
        self.controls = controls
        self.host = host
    }
}

/// What is told, where and when. What a rule does not name is any.
package struct AlertRule: Sendable, Hashable {
    package enum Event: String, Sendable, CaseIterable {
        case opened, raised, joined, stalled
    }

    package var id: String
    package var location: SourceLocation
    package var channels: [String]
    /// This one or worse.
    package var severity: String?
    package var events: Set<Event>
    package var kinds: [GlobPattern]
    package var controls: [GlobPattern]
    package var hosts: [GlobPattern]
    /// Only what the channel was not told before, or is worse than what it was told.
    package var newOrWorse: Bool
    /// When it is kept back until they end.
    package var quiet: [TimeWindow]
    /// This one or worse is not kept back.
    package var quietExcept: String?

    func matches(_ subject: AlertSubject, severities: [String]) -> Bool {
        func any(_ patterns: [GlobPattern], _ texts: [String]) -> Bool {
            patterns.isEmpty || patterns.contains { pattern in texts.contains { pattern.matches($0) } }
        }
        return isAtLeast(severity, subject.severity, severities)
            && events.contains { $0.rawValue == subject.event }
            && any(kinds, subject.kinds) && any(controls, subject.controls) && any(hosts, [subject.host])
    }

    /// A severity that is not known is as bad as can be: nothing is kept from people because of a word.
    private func isAtLeast(_ least: String?, _ severity: String, _ severities: [String]) -> Bool {
        guard let least, let lowest = severities.firstIndex(of: least) else { return true }
        return severities.firstIndex(of: severity).map { $0 >= lowest } ?? true
    }

    /// The end of the quiet hours that `now` lies in, looked for a minute at a time over eight days; nil outside of them.
    func quietUntil(_ now: Date, severity: String, severities: [String]) -> Date? {
        if let quietExcept, isAtLeast(quietExcept, severity, severities) { return nil }
        guard quiet.contains(where: { $0.contains(now) }) else { return nil }
        let minute = (now.timeIntervalSince1970 / 60).rounded(.down) * 60
        for step in 1...(8 * 1440) {
            let moment = Date(timeIntervalSince1970: minute + Double(step) * 60)
            if !quiet.contains(where: { $0.contains(moment) }) { return moment }
        }
        // Every hour of the week is quiet: then a week is as long as it is kept.
        return Date(timeIntervalSince1970: minute + 7 * 86_400)
    }
}
