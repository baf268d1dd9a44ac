import HostModel
import PatternMatching
import YAML

// The values that policies about commands are made of.
extension PolicyDecoder {
    /// Plain `true` or `false`.
    mutating func flag(_ node: YAMLNode, _ key: some PolicyKey) -> Bool? {
        if let scalar = node.scalar, !scalar.isQuoted, scalar.text == "true" || scalar.text == "false" {
            return scalar.text == "true"
        }
        report("'\(key.rawValue)' is true or false", at: node.position)
        return nil
    }

    mutating func number(
        _ node: YAMLNode, _ key: some PolicyKey, in range: ClosedRange<Int>, unit: String? = nil
    ) -> Int? {
        if let text = node.scalar?.text, let number = decimal(text.utf8), range.contains(number) { return number }
        let what = unit.map { "a number of \($0)" } ?? "a number"
        report("'\(key.rawValue)' is \(what) from \(range.lowerBound) to \(range.upperBound)", at: node.position)
        return nil
    }

    /// `90`, `90s`, `10m`, `2h`: at least a second, at most 30 days.
    mutating func duration(_ node: YAMLNode, _ key: some PolicyKey) -> Duration? {
        let units: [(Character, Int)] = [("s", 1), ("m", 60), ("h", 3600)]
        if let text = node.scalar?.text {
            let unit = units.first { $0.0 == text.last }
            let seconds = decimal((unit == nil ? text[...] : text.dropLast()).utf8)
            if let seconds, (1...2_592_000).contains(seconds), seconds * (unit?.1 ?? 1) <= 2_592_000 {
                return .seconds(seconds * (unit?.1 ?? 1))
            }
        }
        report("'\(key.rawValue)' is a time like 90s, 10m or 2h, at most 720h", at: node.position)
        return nil
    }

    mutating func byteCount(_ node: YAMLNode, _ key: some PolicyKey) -> ByteCount? {
        if let count = node.scalar.flatMap({ ByteCount($0.text) }), count.bytes > 0 { return count }
        report("'\(key.rawValue)' is an amount like 512M or 2G", at: node.position)
        return nil
    }

    /// An absolute path that says where it leads: no `.`, `..` or doubled slash in it, none at its end.
    mutating func plainPath(_ node: YAMLNode, _ key: some PolicyKey) -> String? {
        guard let text = text(node, key) else { return nil }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        let isPlain = parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } || text == "/"
        if text.hasPrefix("/"), isPlain { return text }
        report("'\(key.rawValue)' is a plain absolute path, and \(YAMLError.quote(text)) is none", at: node.position)
        return nil
    }

    /// A name or number; who writes a whole list of them writes one of each.
    mutating func users(_ node: YAMLNode, _ key: some PolicyKey) -> [UserCriterion] {
        oneOrMore(node, key).compactMap { user($0, key) }
    }

    mutating func groups(_ node: YAMLNode, _ key: some PolicyKey) -> [GroupCriterion] {
        oneOrMore(node, key).compactMap { element in
            guard let text = text(element, key, limit: 256) else { return nil }
            guard let id = decimal(text.utf8) else {
                return accountName(element, key).map { .name($0) }
            }
            if let id = UInt32(exactly: id), id != UInt32.max { return .id(GroupID(id)) }
            report("group ids end at 4294967294, and \(YAMLError.quote(text)) is larger", at: element.position)
            return nil
        }
    }

    mutating func accountName(_ node: YAMLNode, _ key: some PolicyKey) -> String? {
        guard let text = text(node, key, limit: 256) else { return nil }
        let isName = !text.hasPrefix("-") && !text.contains { $0.isWhitespace || ":,/%".contains($0) }
        if isName { return text }
        report("\(YAMLError.quote(text)) cannot be the name of a group or user", at: node.position)
        return nil
    }

    /// Names of units, with `*` where part of a name is free.
    mutating func units(_ node: YAMLNode, _ key: some PolicyKey) -> [GlobPattern] {
        oneOrMore(node, key).compactMap { element in
            guard let text = text(element, key, limit: 256) else { return nil }
            if !text.contains("/"), text.contains(".") { return glob(text, at: element.position) }
            report(
                "\(YAMLError.quote(text)) is no unit's name; write it whole, like nginx.service", at: element.position)
            return nil
        }
    }

    /// Absolute paths, with `*` where part of one is free.
    mutating func executables(_ node: YAMLNode, _ key: some PolicyKey) -> [GlobPattern] {
        oneOrMore(node, key).compactMap { element in
            plainPath(element, key).flatMap { glob($0, at: element.position) }
        }
    }

    mutating func glob(_ text: String, at position: TextPosition) -> GlobPattern? {
        do throws(GlobError) {
            return try GlobPattern(text)
        } catch {
            report("\(YAMLError.quote(text)) is no glob: \(error.reason)", at: position)
            return nil
        }
    }

    mutating func regularExpression(_ node: YAMLNode) -> RegularExpression? {
        guard let scalar = node.scalar, !scalar.isNull else {
            report("'regex' is text, and this is \(node.kindName)", at: node.position)
            return nil
        }
        do throws(PatternError) {
            return try RegularExpression(scalar.text)
        } catch {
            report("\(YAMLError.quote(scalar.text)) is no regular expression: \(error)", at: node.position)
            return nil
        }
    }
}
