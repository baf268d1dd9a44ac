/// The environment of a command, built from nothing: a variable is in it because somebody named it, and never when its name tells a
/// program what code to load.
package struct CommandEnvironment: Sendable, Hashable {
    /// Bounds of the whole, far below what execve(2) takes.
    package static let countLimit = 256
    package static let sizeLimit = 128 << 10
    package static let valueLimit = 32 << 10

    /// Why a variable is not passed on. The value, which may be secret, is in none of them.
    package enum Refusal: Error, Sendable, Hashable, CustomStringConvertible {
        /// The name steers what code a program loads or runs; the reason says how.
        case dangerous(name: String, reason: String)
        /// Not `[A-Za-z_][A-Za-z0-9_]*`, or longer than 255 bytes.
        case malformedName(String)
        /// The value has a zero byte or is too long.
        case malformedValue(name: String)
        /// The value is a shell function, which shells before CVE-2014-6271 ran and still import.
        case function(name: String)
        case tooMany
        case tooLarge

        package var description: String {
            switch self {
            case .dangerous(let name, let reason): "\(name) is never passed on: \(reason)"
            case .malformedName(let name): "\(name.debugDescription) is no name of a variable"
            case .malformedValue(let name): "the value of \(name) is too long or has a zero byte in it"
            case .function(let name): "\(name) holds a shell function"
            case .tooMany: "more than \(countLimit) environment variables"
            case .tooLarge: "the environment is larger than \(sizeLimit) bytes"
            }
        }
    }

    private var values: [String: String] = [:]
    private var size = 0

    package init() {}

    package subscript(name: String) -> String? { values[name] }

    /// `NAME=value`, sorted by name.
    package var entries: [String] { values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } }

    /// Sets a variable, replacing an earlier value.
    package mutating func set(_ name: String, to value: String) throws(Refusal) {
        guard Self.isName(name) else { throw .malformedName(String(name.prefix(64))) }
        if let reason = DangerousVariable.reason(name) { throw .dangerous(name: name, reason: reason) }
        guard value.utf8.count <= Self.valueLimit, !value.utf8.contains(0) else { throw .malformedValue(name: name) }
        guard !Self.isFunction(value) else { throw .function(name: name) }
        let old = values[name].map { Self.size(name, $0) } ?? 0
        guard old > 0 || values.count < Self.countLimit else { throw .tooMany }
        let newSize = size - old + Self.size(name, value)
        guard newSize <= Self.sizeLimit else { throw .tooLarge }
        values[name] = value
        size = newSize
    }

    /// What the variable takes in the block that execve(2) copies: the name, `=`, the value and the end.
    private static func size(_ name: String, _ value: String) -> Int { name.utf8.count + value.utf8.count + 2 }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 255 else { return false }
        let isLetter = { (byte: UInt8) in (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte) || byte == 0x5f }
        return isLetter(first) && name.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) }
    }

    private static func isFunction(_ value: String) -> Bool {
        value.utf8.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0a }.starts(with: "()".utf8)
    }
}
