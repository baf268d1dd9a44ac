import YAML

/// The people of a specification (`User_List`).
struct SudoersUsers {
    /// For notes.
    let text: String
    /// As `from:` takes them, a rule each; empty where they cannot be said. Users and groups in one `from` would both be needed, where in
    /// sudoers either will do.
    let froms: [String]
    let objection: String?
    let isRootAlone: Bool

    init(_ nodes: [YAMLNode]) {
        var (users, groups, objection, texts) = ([String](), [String](), String?.none, [String]())
        var isEverybody = false
        for node in nodes {
            let isNegated = node["negated"] != nil
            let member = node.members?.first { $0.key != "negated" }
            let value = member?.value.scalar?.text ?? ""
            switch member?.key {
            case "username" where value == "ALL": isEverybody = true
            // A name of digits would be read as an id.
            case "username" where decimal(value.utf8) != nil:
                objection = "\(YAMLError.quote(value)) is a name of digits"
            case "username", "userid": users.append(YAMLText.scalar(value))
            case "usergroup" where decimal(value.utf8) != nil:
                objection = "\(YAMLError.quote(value)) is a name of digits"
            case "usergroup", "usergid": groups.append(YAMLText.scalar(value))
            default: objection = "\(YAMLError.quote(member?.key ?? "nothing")) is no user and no group of this host"
            }
            if isNegated { objection = "a user or group is taken out of its list, which a rule cannot say" }
            texts.append((isNegated ? "!" : "") + (member?.key.hasPrefix("usergroup") == true ? "%" : "") + value)
        }
        if nodes.isEmpty { objection = "it names nobody" }
        text = texts.joined(separator: ", ")
        self.objection = objection
        isRootAlone =
            objection == nil && !isEverybody && groups.isEmpty && users.allSatisfy { $0 == "root" || $0 == "0" }
        if objection != nil {
            froms = []
        } else if isEverybody {
            froms = ["any"]
        } else {
            froms = [("users", users), ("groups", groups)].filter { !$0.1.isEmpty }.map {
                "{ \($0.0): [\($0.1.joined(separator: ", "))] }"
            }
        }
    }
}

/// Whether a specification is about this host (`Host_List`): the last entry that matches decides.
enum SudoersHosts {
    enum Verdict { case this, other, unknown }

    static func verdict(on nodes: [YAMLNode], for hostName: String) -> Verdict {
        let full = hostName.lowercased()
        let short = full.prefix { $0 != "." }
        var verdict = Verdict.other
        for node in nodes {
            guard let name = node["hostname"]?.scalar?.text.lowercased(),
                !name.contains(where: { "*?[\\+".contains($0) })
            else { return .unknown }
            if name == "all" || name == full || name == short { verdict = node["negated"] == nil ? .this : .other }
        }
        return verdict
    }
}

/// As whom (`runasusers`, `runasgroups`).
struct SudoersTarget {
    private(set) var text = "root"
    private(set) var narrowing: String?
    private var why: String?
    private var isDefault = false

    init(_ part: YAMLNode) {
        let users = part["runasusers"]?.elements
        let groups = part["runasgroups"]?.elements ?? []
        guard let users, !users.isEmpty else {
            isDefault = true
            // `(:group)` runs as the requester itself, which here would be root.
            if !groups.isEmpty { why = "it runs as the requester with another group" }
            return
        }
        var names: [String] = []
        for node in users {
            let member = node.members?.first { $0.key != "negated" }
            guard node["negated"] == nil, let key = member?.key, key == "username" || key == "userid",
                let value = member?.value.scalar?.text, !value.isEmpty, key == "userid" || decimal(value.utf8) == nil
            else {
                why = "it runs as groups of users, or as all but some"
                return
            }
            names.append(value)
        }
        if names.contains("ALL") {
            narrowing = "it ran as any user; the rule is for root alone"
            return
        }
        let userText = "[" + names.map(YAMLText.scalar).joined(separator: ", ") + "]"
        let groupNames = groups.compactMap { node -> String? in
            node["negated"] == nil ? (node["usergroup"] ?? node["usergid"])?.scalar?.text : nil
        }
        if groupNames.count < groups.count || groupNames.contains("ALL") {
            narrowing = "it ran with any group; the rule is for the user's own"
        }
        let named = narrowing == nil ? groupNames : []
        text =
            named.isEmpty
            ? userText : "{ user: \(userText), group: [\(named.map(YAMLText.scalar).joined(separator: ", "))] }"
    }

    func objection(_ defaults: SudoersDefaults) -> String? {
        if let why { return why }
        return isDefault && defaults.changesTarget ? "Defaults say as whom it runs (runas_default)" : nil
    }
}

/// One command with its arguments.
struct SudoersCommand {
    enum Program: Equatable {
        case any
        case path(String)
        /// A directory, a pattern, or no program at all.
        case unsayable(String)
    }

    let text: String
    let isNegated: Bool
    let program: Program
    /// As `arguments:` takes them.
    private(set) var arguments = "[...]"
    private(set) var objection: String?
    /// What of the arguments is less than it was.
    private(set) var narrowing: String?

    var path: String? {
        if case .path(let path) = program { path } else { nil }
    }

    init(_ node: YAMLNode) {
        let member = node.members?.first { $0.key == "command" || $0.key == "cmndalias" || $0.key == "commandalias" }
        let text = member?.key == "command" ? member?.value.scalar?.text ?? "" : ""
        self.text = text.isEmpty ? "an alias or nothing" : text
        isNegated = node["negated"]?.scalar?.text == "true"
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        program = Self.program(words.first ?? "")
        if case .unsayable(let why) = program { objection = why }
        if node.members?.contains(where: { $0.key.hasPrefix("sha") }) == true {
            objection = "it is bound to a digest of the program, which a rule cannot say"
        }
        guard objection == nil, words.count > 1 else { return }
        read(Array(words.dropFirst()))
    }

    private static func program(_ word: String) -> Program {
        if word == "ALL" { return .any }
        if word == "sudoedit" {
            return .unsayable("it edits files (sudoedit): write a rule for \(CommandRule.editing)")
        }
        if word.hasPrefix("^") { return .unsayable("the program is a regular expression") }
        if !word.hasPrefix("/") { return .unsayable("\(YAMLError.quote(word)) is no program's path") }
        if word.hasSuffix("/") { return .unsayable("it is every program of a directory; name them") }
        if word.contains(where: { "*?[]\\\"'".contains($0) }) {
            return .unsayable("the program is a pattern; name the programs")
        }
        let isPlain = word.split(separator: "/", omittingEmptySubsequences: false).dropFirst().allSatisfy {
            !$0.isEmpty && $0 != "." && $0 != ".."
        }
        return isPlain ? .path(word) : .unsayable("\(YAMLError.quote(word)) is no plain path")
    }

    private mutating func read(_ words: [String]) {
        if words == ["\"\""] {
            arguments = "[]"
            return
        }
        let joined = words.joined(separator: " ")
        if joined.hasPrefix("^") {
            objection =
                "its arguments are a regular expression over the joined line, which says nothing of single arguments"
        } else if words.contains(where: { $0.isEmpty || $0.contains { "\"'\\[]{}".contains($0) || $0.isWhitespace } }) {
            objection = "its arguments have quotes, backslashes or brackets, and can be read in more than one way"
        } else {
            let patterns = words.map { word -> String in
                guard word.contains(where: { $0 == "*" || $0 == "?" }) else { return YAMLText.scalar(word) }
                narrowing = "its wildcards stood for any text, spaces and slashes too; here each is within one argument"
                let isWhole = word.allSatisfy { $0 == "*" }
                return "{ glob: \(YAMLText.quoted(isWhole ? "**" : word)) }"
            }
            arguments = "[\(patterns.joined(separator: ", "))]"
        }
    }
}
