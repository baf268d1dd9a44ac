package import JSON
package import Policies

/// What there is to say of an alerts policy and of what its channels need, without anything being sent.
package struct NotificationCheck: Sendable {
    /// Nil where there is none that can be used.
    package var policy: AlertsPolicy?
    /// What is wrong: a line each, with its place.
    package var problems: [String]

    private init(_ policy: AlertsPolicy?, problems: [String]) {
        self.policy = policy
        self.problems = problems
    }

    package init(policy: AlertsPolicy, in context: ChannelContext) {
        self.init(
            policy,
            problems: policy.channels.flatMap { channel in
                channel.problems(in: context).map { "\(channel.location): \($0)" }
            })
    }

    package init(_ rules: AlertDelivery.Rules) {
        switch rules {
        case .none: self.init(nil, problems: [])
        case .broken(let why): self.init(nil, problems: why.split(whereSeparator: \.isNewline).map(String.init))
        case .policy(let policy, let context): self.init(policy: policy, in: context)
        }
    }
}

extension JSONWriter {
    package mutating func value(_ check: NotificationCheck) {
        object { writer in
            writer.member("schema", 1)
            writer.member("valid", check.problems.isEmpty)
            writer.member(
                "channels",
                array: { writer in
                    for channel in check.policy?.channels ?? [] {
                        writer.objectOnOneLine {
                            $0.member("id", channel.id)
                            $0.member("kind", channel.settings.kind.rawValue)
                        }
                    }
                })
            writer.member(
                "rules",
                array: { writer in
                    for rule in check.policy?.rules ?? [] {
                        writer.objectOnOneLine {
                            $0.member("id", rule.id)
                            $0.member("channels", rule.channels)
                        }
                    }
                })
            writer.member("problems", check.problems)
        }
    }
}
