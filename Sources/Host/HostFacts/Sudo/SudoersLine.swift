import HostModel

/// The parts of one logical line of sudoers(5).
enum SudoersLine {
    /// Cuts a comment off: `#` opens one unless it is escaped, quoted, or begins a number (`#1000` is a user id).
    static func withoutComment(_ text: Substring) -> Substring {
        var isQuoted = false
        var previous: Character = " "
        for index in text.indices {
            let character = text[index]
            if character == "\"", previous != "\\" { isQuoted.toggle() }
            let next = text[text.index(after: index)...].first
            if character == "#", !isQuoted, previous != "\\", next?.isNumber != true { return text[..<index].trimmed }
            previous = character
        }
        return text
    }

    /// Parts between separators that are neither escaped nor quoted nor in parentheses.
    static func split(_ text: Substring, at separator: Character) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false
        var depth = 0
        var previous: Character = " "
        for index in text.indices {
            let character = text[index]
            defer { previous = previous == "\\" && character == "\\" ? " " : character }
            if previous == "\\" { continue }
            switch character {
            case "\"": isQuoted.toggle()
            case "(" where !isQuoted: depth += 1
            case ")" where !isQuoted: depth -= 1
            case separator where !isQuoted && depth <= 0:
                parts.append(text[start..<index])
                start = text.index(after: index)
            default: break
            }
        }
        parts.append(text[start...])
        return parts
    }

    /// `:user name=value, !flag, other`: the scope, then settings between commas.
    static func defaults(_ text: Substring, location: String) -> [SudoPolicy.Default] {
        var rest = text
        var scope: String?
        if let sign = text.first, !sign.isBlank {
            guard "@:!>".contains(sign) else { return [] }
            let end = text.firstIndex(where: \.isBlank) ?? text.endIndex
            scope = String(text[..<end])
            rest = text[end...]
        }
        return split(rest, at: ",").compactMap { part in
            let setting = part.trimmed
            guard !setting.isEmpty else { return nil }
            guard let equals = setting.firstIndex(of: "=") else {
                let isNegated = setting.first == "!"
                let name = isNegated ? setting.dropFirst().trimmed : setting
                return .init(name: String(name), value: nil, isNegated: isNegated, scope: scope, location: location)
            }
            let name = setting[..<equals].trimmed
            return .init(
                name: String(name.last == "+" || name.last == "-" ? name.dropLast().trimmed : name),
                value: String(setting[setting.index(after: equals)...].trimmed.unquoted), isNegated: false,
                scope: scope, location: location)
        }
    }

    /// `users hosts = (runas) TAG: commands : hosts = …`; empty when it is no such line.
    static func rules(_ text: Substring, location: String) -> [SudoPolicy.Rule] {
        guard let (users, rest) = leadingList(text) else { return [] }
        var rules: [SudoPolicy.Rule] = []
        var pending = rest
        while let equals = pending.firstIndex(of: "=") {
            let hosts = list(pending[..<equals])
            var commands = pending[pending.index(after: equals)...]
            pending = ""
            // A further `: hosts =` is set off by blanks, which tags (`NOPASSWD:`) never are.
            if let next = commands.firstRange(of: " : "), commands[next.upperBound...].contains("=") {
                pending = commands[next.upperBound...]
                commands = commands[..<next.lowerBound]
            }
            rules += commandRules(commands, users: users, hosts: hosts, location: location)
        }
        return rules
    }

    /// The first list of a line: its items are held together by commas, and blanks end it.
    private static func leadingList(_ text: Substring) -> (items: [String], rest: Substring)? {
        var items: [String] = []
        var rest = text.trimmed
        while true {
            let end = endOfWord(rest)
            items.append(unescaped(rest[..<end].trimmed))
            rest = rest[end...].trimmed
            guard rest.first == "," else { break }
            rest = rest.dropFirst().trimmed
        }
        return rest.isEmpty || items.contains("") ? nil : (items, rest)
    }

    private static func endOfWord(_ text: Substring) -> Substring.Index {
        var isQuoted = false
        var previous: Character = " "
        for index in text.indices {
            let character = text[index]
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted, previous != "\\", character.isBlank || character == "," { return index }
            previous = character
        }
        return text.endIndex
    }

    private static func list(_ text: Substring) -> [String] {
        split(text, at: ",").map { unescaped($0.trimmed) }.filter { !$0.isEmpty }
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if character == "\\" && !isEscaped {
                isEscaped = true
            } else if character != "\"" || isEscaped {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }

    /// Commands between commas; `(runas)` and tags hold for all that follow until they are written anew.
    private static func commandRules(
        _ text: Substring, users: [String], hosts: [String], location: String
    ) -> [SudoPolicy.Rule] {
        var rules: [SudoPolicy.Rule] = []
        var runAs = ["root"]
        var tags: Set<String> = []
        for part in split(text, at: ",") {
            var rest = part.trimmed
            if rest.first == "(", let close = rest.firstIndex(of: ")") {
                let users = rest[rest.index(after: rest.startIndex)..<close].split(
                    separator: ":", omittingEmptySubsequences: false)
                runAs = users.first.map { list($0) } ?? []
                if runAs.isEmpty { runAs = ["root"] }
                rest = rest[rest.index(after: close)...].trimmed
            }
            takeTags(&rest, &tags)
            guard !rest.isEmpty else { continue }
            if let last = rules.indices.last, rules[last].runAs == runAs, rules[last].tags == tags {
                rules[last].commands.append(String(rest))
            } else {
                rules.append(
                    .init(
                        users: users, hosts: hosts, runAs: runAs, commands: [String(rest)], tags: tags,
                        location: location))
            }
        }
        return rules
    }

    /// Takes `NOPASSWD:` and its like, and options (`CWD=/`), off the front of a command.
    private static func takeTags(_ rest: inout Substring, _ tags: inout Set<String>) {
        while true {
            let word = rest.prefix { $0.isASCII && ($0.isUppercase || $0 == "_") }
            let after = rest.dropFirst(word.count).drop(while: \.isBlank)
            if word.isEmpty { return }
            if after.first == ":" {
                tags.remove(opposite(of: word))
                tags.insert(String(word))
                rest = after.dropFirst().trimmed
            } else if after.first == "=" {
                rest = after.drop { !$0.isBlank }.trimmed
            } else {
                return
            }
        }
    }

    private static func opposite(of tag: Substring) -> String {
        if tag == "PASSWD" { return "NOPASSWD" }
        if tag == "NOPASSWD" { return "PASSWD" }
        return tag.hasPrefix("NO") ? String(tag.dropFirst(2)) : "NO\(tag)"
    }
}
