private import LinuxSystem
package import PatternMatching

/// What one argument may be.
package enum ArgumentPattern: Sendable, Hashable {
    case literal(String)
    case oneOf([String])
    case glob(GlobPattern)
    case regex(RegularExpression)

    /// - Throws: when a regular expression took too many steps, so that it is not known.
    func matches(_ argument: String) throws(PatternError) -> Bool {
        switch self {
        case .literal(let text): argument.hasSameBytes(as: text)
        case .oneOf(let texts): texts.contains(where: argument.hasSameBytes)
        case .glob(let glob): glob.matches(argument: argument)
        case .regex(let expression): try expression.matchesWhole(argument)
        }
    }

    /// Whether the policy says in full what it may be.
    var isFixed: Bool {
        switch self {
        case .literal, .oneOf: true
        case .glob(let glob): !glob.hasWildcards
        case .regex: false
        }
    }

    /// Whether something may match that a program takes for an option and that the policy does not write out.
    var admitsOptions: Bool {
        switch self {
        case .literal, .oneOf: false
        case .glob(let glob): glob.beginsWithDash && glob.hasWildcards
        case .regex(let expression): expression.canMatch(textWithPrefix: "-")
        }
    }
}

/// What the arguments of a command may be: one pattern a position, and whether any others may follow.
package struct ArgumentPatterns: Sendable, Hashable {
    package var positions: [ArgumentPattern]
    /// `...`: whatever follows the positions.
    package var allowsMore: Bool

    package init(_ positions: [ArgumentPattern], allowsMore: Bool = false) {
        self.positions = positions
        self.allowsMore = allowsMore
    }

    package static let any = ArgumentPatterns([], allowsMore: true)

    /// - Throws: when a regular expression took too many steps, so that it is not known.
    func matches(_ arguments: ArraySlice<String>) throws(PatternError) -> Bool {
        guard arguments.count == positions.count || allowsMore && arguments.count > positions.count else {
            return false
        }
        for (pattern, argument) in zip(positions, arguments) where try !pattern.matches(argument) { return false }
        return true
    }
}

extension ArgumentPatterns: CustomStringConvertible {
    /// For people, as a command line: `restart {nginx|apache2} ...`; `""` where there are to be none, as sudoers(5) writes it.
    package var description: String {
        if positions.isEmpty, !allowsMore { return "\"\"" }
        return (positions.map(\.description) + (allowsMore ? ["..."] : [])).joined(separator: " ")
    }
}

extension ArgumentPattern: CustomStringConvertible {
    package var description: String {
        switch self {
        case .literal(let text): text.isEmpty ? "''" : text
        case .oneOf(let texts): "{\(texts.joined(separator: "|"))}"
        case .glob(let glob): glob.description
        case .regex(let expression): "/\(expression.pattern)/"
        }
    }
}
