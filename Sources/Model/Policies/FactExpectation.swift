package import HostModel

/// What the value of a simple fact should be.
package enum FactExpectation: Hashable, Sendable {
    case equals(FactValue)
    case oneOf([FactValue])
    case atLeast(Int)
    case atMost(Int)
    /// All of these are in the list; of a text, among its words (parted by commas or white space).
    case contains([String])
    /// None of these is.
    case excludes([String])
    /// A file mode with no permission bit beyond these: at most `0640` means neither group write nor anything for others.
    case modeAtMost(Int)

    /// Whether `value` is what is expected. A value of another kind is not: text where a number is expected, a number where a list is.
    package func isMet(by value: FactValue) -> Bool {
        switch self {
        case .equals(let expected): value.means(expected)
        case .oneOf(let expected): expected.contains { value.means($0) }
        case .atLeast(let limit): value.asNumber.map { $0 >= limit } ?? false
        case .atMost(let limit): value.asNumber.map { $0 <= limit } ?? false
        case .contains(let words): value.words.map { seen in words.allSatisfy(seen.contains) } ?? false
        case .excludes(let words): value.words.map { seen in !words.contains(where: seen.contains) } ?? false
        case .modeAtMost(let mask): value.asMode.map { $0 & ~mask & 0o7777 == 0 } ?? false
        }
    }
}

extension FactExpectation: CustomStringConvertible {
    /// To be read after "expected": "at least 1", "no or prohibit-password", "mode 0640 or stricter".
    package var description: String {
        switch self {
        case .equals(.list(let items)) where items.isEmpty: "nothing in it"
        case .equals(let value): "\(value)"
        case .oneOf(let values): values.map(\.description).joined(separator: " or ")
        case .atLeast(let limit): "at least \(limit)"
        case .atMost(let limit): "at most \(limit)"
        case .contains(let words): "with " + words.joined(separator: ", ")
        case .excludes(let words): "without " + words.joined(separator: ", ")
        case .modeAtMost(let mask): "mode " + FactExpectation.octal(mask) + " or stricter"
        }
    }

    /// A mode in four octal digits, `0640`.
    package static func octal(_ mode: Int) -> String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}

extension FactValue {
    /// Whether the fact says what a policy expects, however each of them writes it: a kernel parameter read as text is the number in it,
    /// a switch is on whether it says yes or true, a list has no order.
    fileprivate func means(_ expected: FactValue) -> Bool {
        switch (self, expected) {
        case (.list(let seen), .list(let wanted)): Set(seen) == Set(wanted)
        case (.list, _), (_, .list): false
        case (.flag(let flag), _): expected.asFlag == flag
        case (_, .flag(let wanted)): asFlag == wanted
        case (_, .number(let wanted)): asNumber == wanted
        default: description == expected.description
        }
    }

    private var asFlag: Bool? {
        switch self {
        case .flag(let flag): return flag
        case .number(let number): return number == 1 ? true : number == 0 ? false : nil
        case .list: return nil
        case .text(let text):
            switch text.lowercased() {
            case "yes", "true", "on", "1": return true
            case "no", "false", "off", "0": return false
            default: return nil
            }
        }
    }

    fileprivate var asNumber: Int? {
        switch self {
        case .number(let number): number
        case .text(let text): Int(text.trimmingSpace)
        case .flag, .list: nil
        }
    }

    /// A number is the mode itself; a text is the mode in octal digits, as `stat -c %a` writes it.
    fileprivate var asMode: Int? {
        switch self {
        case .number(let number): number
        case .text(let text): Int(text, radix: 8)
        case .flag, .list: nil
        }
    }

    fileprivate var words: Set<String>? {
        switch self {
        case .list(let items): Set(items)
        case .text(let text): Set(text.split { $0 == "," || $0.isWhitespace }.map(String.init))
        case .flag, .number: nil
        }
    }
}
