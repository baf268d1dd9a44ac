import HostModel
import LinuxSystem

/// Reads sudoers(5) and everything it includes, in the order sudo does.
struct SudoersReader {
    private static let programs = [
        "/usr/bin/sudo", "/usr/local/bin/sudo", "/bin/sudo", "/usr/lib/cargo/bin/sudo", "/usr/local/sbin/sudo",
    ]
    private static let maximumFiles = 512
    /// sudo itself stops including there.
    private static let maximumDepth = 128

    private let tree: FileTree
    private var policy = SudoPolicy()
    private var aliases: [String: [String: [String]]] = [:]
    private var gap: Gap?

    private init(_ tree: FileTree) { self.tree = tree }

    static func read(_ tree: FileTree) -> Observation<SudoPolicy> {
        let places = programs.map { tree.observeFile($0) }
        if !places.contains(where: { $0.value != nil }) {
            for case .unseen(let gap) in places { return .unseen(gap) }
            return .absent(why: "sudo is not installed", from: programs[0])
        }
        var reader = SudoersReader(tree)
        reader.read(file: "/etc/sudoers", depth: 0)
        if let gap = reader.gap { return .unseen(gap) }
        // sudo-rs reads this one in place of the other where it is there.
        reader.read(file: "/etc/sudoers-rs", depth: 0)
        if let gap = reader.gap { return .unseen(gap) }
        reader.policy.rules = reader.policy.rules.map(reader.resolved)
        reader.resolveDefaults()
        reader.lookForOtherSources()
        return .seen(reader.policy, from: "/etc/sudoers and what it includes")
    }

    private mutating func read(file path: String, depth: Int) {
        guard depth < Self.maximumDepth, policy.files.count < Self.maximumFiles else {
            gap = gap ?? Gap(what: path, why: "included too deep or too often")
            return
        }
        switch tree.observeText(path, limit: 1 << 20) {
        case .absent: return
        case .unseen(let unreadable): gap = gap ?? unreadable
        case .seen(let text, _):
            if let file = tree.observeFile(path).value { policy.files.append(file) }
            // `#` opens a comment but for `#include` and `#1000`, so comments are told apart per line.
            for line in ConfigurationText(text: text, path: path, commentSigns: [], joinsContinuations: true) {
                take(line, depth: depth)
            }
        }
    }

    private mutating func take(_ line: ConfigurationLine, depth: Int) {
        if let (keyword, argument) = Self.inclusion(line.text) {
            include(keyword, argument, from: line.path, depth: depth)
            return
        }
        let text = SudoersLine.withoutComment(line.text)
        guard !text.isEmpty else { return }
        if let kind = ["User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias"].first(where: {
            text.hasPrefix($0) && text.dropFirst($0.count).first?.isBlank == true
        }) {
            define(kind, text.dropFirst(kind.count), line)
        } else if text.hasPrefix("Defaults") {
            let defaults = SudoersLine.defaults(text.dropFirst("Defaults".count), location: line.location)
            policy.defaults += defaults
            if defaults.isEmpty { policy.malformed.append(line.location) }
        } else {
            let rules = SudoersLine.rules(text, location: line.location)
            policy.rules += rules
            if rules.isEmpty { policy.malformed.append(line.location) }
        }
    }

    private static func inclusion(_ text: Substring) -> (keyword: Substring, argument: Substring)? {
        guard text.first == "@" || text.first == "#" else { return nil }
        let rest = text.dropFirst()
        for keyword in ["includedir", "include"] where rest.hasPrefix(keyword) {
            let argument = rest.dropFirst(keyword.count)
            guard argument.first?.isBlank == true else { continue }
            return (rest.prefix(keyword.count), argument.trimmed.unquoted)
        }
        return nil
    }

    private mutating func include(_ keyword: Substring, _ argument: Substring, from file: String, depth: Int) {
        let directory = file.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        // `%h` is the short host name, which a rule must not depend on here.
        let path = argument.hasPrefix("/") ? String(argument) : "\(directory)/\(argument)"
        guard keyword == "includedir" else { return read(file: path, depth: depth + 1) }
        switch tree.observeNames(path) {
        case .absent: return
        case .unseen(let unreadable): gap = gap ?? unreadable
        case .seen(let names, _):
            // Names with a dot and those that end in `~` are left out: package managers and editors leave such behind.
            for name in names where !name.contains(".") && !name.hasSuffix("~") {
                read(file: "\(path)/\(name)", depth: depth + 1)
            }
        }
    }

    private mutating func define(_ kind: String, _ text: Substring, _ line: ConfigurationLine) {
        let kind = kind == "Cmd_Alias" ? "Cmnd_Alias" : kind
        for definition in SudoersLine.split(text, at: ":") {
            guard let equals = definition.firstIndex(of: "=") else {
                policy.malformed.append(line.location)
                continue
            }
            let members = SudoersLine.split(definition[definition.index(after: equals)...], at: ",")
            aliases[kind, default: [:]][String(definition[..<equals].trimmed)] = members.map { String($0.trimmed) }
        }
    }

    /// Aliases of the users that settings are limited to.
    private mutating func resolveDefaults() {
        for (index, setting) in policy.defaults.enumerated() {
            guard let scope = setting.scope, scope.hasPrefix(":") else { continue }
            policy.defaults[index].users = SudoersLine.split(scope.dropFirst(), at: ",")
                .flatMap { expand(String($0.trimmed), "User_Alias") }
        }
    }

    /// `sudoers: files sss` in nsswitch.conf(5): rules that stand on another host (sudoers.ldap(5)).
    private mutating func lookForOtherSources() {
        let path = "/etc/nsswitch.conf"
        guard let text = tree.observeText(path, limit: 256 << 10).value else { return }
        for line in ConfigurationText(text: text, path: path) where line.text.hasPrefix("sudoers:") {
            let sources = line.words.dropFirst().filter { $0 != "files" && !$0.hasPrefix("[") }
            guard !sources.isEmpty else { continue }
            policy.gaps.append(
                Gap(
                    what: "rules of sudo from \(sources.joined(separator: ", "))",
                    why: "they are not in files of this host (\(line.location))", remedy: "look there: sudo -l -U NAME")
            )
        }
    }

    private func resolved(_ rule: SudoPolicy.Rule) -> SudoPolicy.Rule {
        var rule = rule
        rule.users = rule.users.flatMap { expand($0, "User_Alias") }
        rule.hosts = rule.hosts.flatMap { expand($0, "Host_Alias") }
        rule.runAs = rule.runAs.flatMap { expand($0, "Runas_Alias") }
        rule.commands = rule.commands.flatMap { expand($0, "Cmnd_Alias") }
        return rule
    }

    /// The members of an alias, of aliases in it too; anything else stands for itself.
    private func expand(_ item: String, _ kind: String, depth: Int = 0) -> [String] {
        let isNegated = item.hasPrefix("!")
        let name = isNegated ? String(item.dropFirst().drop(while: \.isBlank)) : item
        guard depth < 8, let members = aliases[kind]?[name] else { return [item] }
        let expanded = members.prefix(1000).flatMap { expand($0, kind, depth: depth + 1) }
        guard isNegated else { return Array(expanded.prefix(10_000)) }
        return expanded.prefix(10_000).map { $0.hasPrefix("!") ? String($0.dropFirst()) : "!\($0)" }
    }
}
