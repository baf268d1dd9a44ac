package import struct FoundationEssentials.Date

/// Whether a person has agreed to a rule. A proposal written by `bailey baseline` is pending and approves nothing.
package enum Review: String, Sendable {
    case pending, accepted
}

/// Where a rule stands, in the form editors and terminals jump to: `path:line:column`.
package struct SourceLocation: Sendable, Hashable, CustomStringConvertible {
    package var path: String
    package var line: Int
    package var column: Int

    package init(path: String, line: Int, column: Int) {
        self.path = path
        self.line = line
        self.column = column
    }

    package var description: String { "\(path):\(line):\(column)" }
}

/// What every rule says about itself, whatever it matches.
package struct RuleHeader: Sendable, Hashable {
    /// Unique in its file: given, or made of what the rule matches.
    package var id: String
    /// Why the thing is allowed; required.
    package var reason: String
    package var owner: String?
    /// The last day on which the rule approves anything (UTC, end of day).
    package var expires: Date?
    package var comment: String?
    package var review: Review
    package var location: SourceLocation

    package init(
        id: String, reason: String, owner: String?, expires: Date?, comment: String?, review: Review,
        location: SourceLocation
    ) {
        self.id = id
        self.reason = reason
        self.owner = owner
        self.expires = expires
        self.comment = comment
        self.review = review
        self.location = location
    }
}

extension RuleHeader {
    /// Whether the last day of the rule is over.
    package func isExpired(at now: Date) -> Bool {
        expires.map { now >= CalendarDay(containing: $0).end } ?? false
    }

    /// Whether the rule approves anything: a person has accepted it and its last day is not over.
    package func isInForce(at now: Date) -> Bool { review == .accepted && !isExpired(at: now) }
}
