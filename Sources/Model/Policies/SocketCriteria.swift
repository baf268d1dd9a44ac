package import HostModel
import YAML

/// The program a rule asks for. A name is what the process calls itself or its program file's name, which any program can take; a path
/// says more. Both are compared by bytes, as the kernel tells files apart.
package enum ProcessCriterion: Hashable, Sendable, CustomStringConvertible {
    case name(String)
    case executable(String)

    package func matches(_ process: HostProcess) -> Bool {
        switch self {
        case .executable(let path): return process.executable.map { $0.utf8.elementsEqual(path.utf8) } ?? false
        case .name(let name):
            if let executable = process.executable?.utf8, executable.count > name.utf8.count,
                executable.suffix(name.utf8.count).elementsEqual(name.utf8),
                executable.dropLast(name.utf8.count).last == UInt8(ascii: "/")
            {
                return true
            }
            // The kernel keeps 15 bytes of a name (TASK_COMM_LEN, prctl(2) PR_SET_NAME).
            return process.name.utf8.elementsEqual(name.utf8.prefix(15))
        }
    }

    package var description: String {
        switch self {
        case .name(let text), .executable(let text): text
        }
    }
}

/// The user a rule asks for.
package enum UserCriterion: Hashable, Sendable, CustomStringConvertible {
    case name(String)
    case id(UserID)

    package var description: String {
        switch self {
        case .name(let name): name
        case .id(let id): "\(id)"
        }
    }
}

/// The network namespaces a rule holds in.
package enum NamespaceScope: Hashable, Sendable, CustomStringConvertible {
    /// The one Bailey runs in; what a rule means when it says nothing.
    case host
    case any
    /// By the name `ip netns` gives it, or its label (`net:[4026531840]`).
    case named(String)

    package func contains(_ namespace: NetworkNamespace) -> Bool {
        switch self {
        case .host: namespace.isOwn
        case .any: true
        case .named(let name): namespace.name == name || namespace.label == name
        }
    }

    package var description: String {
        switch self {
        case .host: "host"
        case .any: "any"
        case .named(let name): name
        }
    }
}

/// Where a listening socket may be bound.
package enum BindScope: Hashable, Sendable, CustomStringConvertible {
    /// A loopback address; never a wildcard, whatever interface it is bound to.
    case loopback
    /// An address of a private network; see `IPAddress.isPrivate`.
    case `private`
    case any
    case range(AddressRange)

    package var description: String {
        switch self {
        case .loopback: "loopback"
        case .private: "private"
        case .any: "any"
        case .range(let range): "\(range)"
        }
    }
}

/// A control group of the unified hierarchy: one path, or with `/*` everything below a path. By bytes, as the kernel has them.
package struct CgroupPattern: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) { description = text }

    package func matches(_ path: String) -> Bool {
        description.hasSuffix("/*")
            ? path.utf8.starts(with: description.utf8.dropLast()) : path.utf8.elementsEqual(description.utf8)
    }
}

extension PolicyDecoder {
    mutating func process(_ node: YAMLNode, _ key: some PolicyKey) -> ProcessCriterion? {
        guard let text = text(node, key) else { return nil }
        if text.hasPrefix("/") {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            if parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) { return .executable(text) }
            report("\(YAMLError.quote(text)) is not the plain path of a program", at: node.position)
            return nil
        }
        if !text.contains("/") { return .name(text) }
        report(
            "'\(key.rawValue)' is a name (sshd) or an absolute path (/usr/sbin/sshd), and \(YAMLError.quote(text)) is neither",
            at: node.position)
        return nil
    }

    mutating func user(_ node: YAMLNode, _ key: some PolicyKey) -> UserCriterion? {
        guard let text = text(node, key, limit: 256) else { return nil }
        if let id = decimal(text.utf8) {
            if let id = UInt32(exactly: id), id != UInt32.max { return .id(UserID(id)) }
            report("user ids end at 4294967294, and \(YAMLError.quote(text)) is larger", at: node.position)
            return nil
        }
        // passwd(5) separates fields with colons and lines with newlines.
        if !text.contains(where: { $0.isWhitespace || $0 == ":" }) { return .name(text) }
        report("\(YAMLError.quote(text)) is neither a user name nor a user id", at: node.position)
        return nil
    }

    mutating func namespace(_ node: YAMLNode, _ key: some PolicyKey) -> NamespaceScope? {
        guard let text = text(node, key, limit: 255) else { return nil }
        switch text {
        case "host": return .host
        case "any": return .any
        default: return .named(text)
        }
    }

    mutating func interface(_ node: YAMLNode, _ key: some PolicyKey) -> String? {
        guard let text = text(node, key) else { return nil }
        // The kernel's dev_valid_name: fewer than IFNAMSIZ (16) bytes, no slash, colon or space.
        if text.utf8.count < 16, !text.contains(where: { $0.isWhitespace || $0 == "/" || $0 == ":" }) { return text }
        report("\(YAMLError.quote(text)) cannot be the name of an interface", at: node.position)
        return nil
    }

    mutating func bindScope(_ node: YAMLNode, _ key: some PolicyKey) -> BindScope? {
        guard let text = text(node, key) else { return nil }
        switch text {
        case "loopback": return .loopback
        case "private": return .private
        case "any": return .any
        default: return range(text, at: node, "loopback, private, any, an address or a CIDR block").map { .range($0) }
        }
    }

    /// An address or CIDR block. IPv4-mapped IPv6 addresses become the IPv4 addresses they carry.
    mutating func range(_ text: String, at node: YAMLNode, _ choices: String) -> AddressRange? {
        if let range = AddressRange(text) {
            return range.base.isIPv4Mapped && range.prefixLength >= 96
                ? AddressRange(base: range.base.unmapped, prefixLength: range.prefixLength - 96) : range
        }
        let parts = text.split(separator: "/", maxSplits: 1)
        if parts.count == 2, let base = IPAddress(parts[0]), let length = decimal(parts[1].utf8),
            length <= base.bitWidth
        {
            let start = AddressRange(covering: base, prefixLength: length)
            report("\(YAMLError.quote(text)) has bits set beyond its prefix; write \(start)", at: node.position)
        } else {
            report("\(YAMLError.quote(text)) is not one of: \(choices)", at: node.position)
        }
        return nil
    }

    mutating func cgroup(_ node: YAMLNode, _ key: some PolicyKey) -> CgroupPattern? {
        guard let text = text(node, key) else { return nil }
        let path = text.hasSuffix("/*") ? text.dropLast(2) : text[...]
        if text.hasPrefix("/"), !path.contains("*") { return CgroupPattern(text) }
        report(
            "'\(key.rawValue)' is a path (/system.slice/cron.service) or all below one (/system.slice/*), and "
                + "\(YAMLError.quote(text)) is neither", at: node.position)
        return nil
    }

    mutating func unit(_ node: YAMLNode, _ key: some PolicyKey) -> String? {
        guard let text = text(node, key, limit: 255) else { return nil }
        let isUnit = text.contains(".") && !text.contains { $0.isWhitespace || $0 == "/" }
        if isUnit { return text }
        report("a unit is named with its kind (cron.service), and \(YAMLError.quote(text)) is not", at: node.position)
        return nil
    }
}
