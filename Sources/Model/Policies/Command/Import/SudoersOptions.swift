import YAML

/// The tags and options of a command (`NOPASSWD`, `NOEXEC`, `CWD=`, …).
struct SudoersOptions {
    private(set) var asksNothing = false
    private(set) var workingDirectory: String?
    /// In seconds.
    private(set) var timeout: Int?
    private(set) var isRecorded = false
    private(set) var narrowing: String?
    private var why: String?

    /// Those that change nothing of what may run.
    private static let harmless: Set = [
        "mail_all_cmnds", "send_mail", "mail_always", "sudoedit_follow", "log_input", "log_allowed", "log_denied",
    ]

    init(_ nodes: [YAMLNode]) {
        for member in nodes.flatMap({ $0.members ?? [] }) {
            let value = member.value.scalar?.text ?? ""
            let isOn = value != "false"
            switch member.key {
            case "authenticate": asksNothing = !isOn
            case "setenv": if isOn { narrowing = "it could set any variable (SETENV); the rule keeps what it names" }
            case "runcwd": workingDirectory = value == "*" ? "any" : value
            case "command_timeout":
                timeout = decimal(value.utf8)
                if timeout == nil { why = "its time limit cannot be read" }
            case "log_output": isRecorded = isOn
            case "noexec": if isOn { why = "NOEXEC, that it starts nothing else, is nothing a rule can say" }
            case _ where Self.harmless.contains(member.key): break
            default: if isOn { why = "its option \(YAMLError.quote(member.key)) is nothing a rule can say" }
            }
        }
    }

    func objection(_ defaults: SudoersDefaults) -> String? {
        if let why { return why }
        return !asksNothing && defaults.asksForOtherPassword
            ? "another password than the requester's own is asked for (targetpw, rootpw, runaspw)" : nil
    }
}

/// The `Defaults` of sudoers, as far as they bear on rules.
struct SudoersDefaults {
    /// Variables that rules keep.
    private(set) var kept: [String] = []
    private(set) var settings: [String] = []
    private(set) var changesTarget = false
    private(set) var asksForOtherPassword = false
    /// Why no rule can be carried over; nil when they can.
    private(set) var objection: String?

    /// Those that take something away from every command, which no rule can say.
    private static let restricting: Set = [
        "requiretty", "noexec", "intercept", "runchroot", "role", "type", "apparmor_profile", "runas_check_shell",
        "restricted_env_file",
    ]
    /// Those that the broker does in its own way anyway, or that are about texts and logs.
    private static let own: Set = [
        "env_reset", "use_pty", "mail_badpass", "mail_no_user", "mail_no_host", "mail_no_perms", "mailto", "mailerpath",
        "lecture", "lecture_file", "insults", "passprompt", "badpass_message", "syslog", "logfile", "log_host",
        "log_year", "loglinelen", "pwfeedback", "passwd_tries", "passwd_timeout", "timestamp_timeout", "timestamp_type",
        "tty_tickets", "visiblepw", "env_editor", "editor", "always_set_home", "set_home", "match_group_by_gid",
        "always_query_group_plugin", "ignore_dot", "fqdn", "umask", "listpw", "verifypw", "pam_service",
    ]

    /// - Parameter drop: takes what is not carried over.
    mutating func read(_ nodes: [YAMLNode], drop: (String) -> Void) {
        for node in nodes {
            let isBound = node["Binding"] != nil
            for member in (node["Options"]?.elements ?? []).flatMap({ options($0) }) {
                read(member.key, member.value, operation: member.operation, isBound: isBound, drop)
            }
        }
    }

    /// The settings of one entry: `{operation, name: […]}`, or `{name: value}`.
    private func options(_ node: YAMLNode) -> [(key: String, value: YAMLNode, operation: String?)] {
        let operation = node["operation"]?.scalar?.text
        return (node.members ?? []).filter { $0.key != "operation" }.map { ($0.key, $0.value, operation) }
    }

    private mutating func read(
        _ name: String, _ value: YAMLNode, operation: String?, isBound: Bool, _ drop: (String) -> Void
    ) {
        let isOn = value.scalar.map { $0.text != "false" } ?? true
        switch name {
        case "targetpw", "rootpw", "runaspw": asksForOtherPassword = asksForOtherPassword || isOn
        case "runas_default": changesTarget = true
        case "secure_path" where !isBound:
            let paths = (value.scalar?.text ?? "").split(separator: ":").map(String.init)
            if paths.allSatisfy({ $0.hasPrefix("/") && !$0.hasSuffix("/") && !$0.contains("//") && !$0.contains("/.") }
            ),
                !paths.isEmpty
            {
                settings.append("secure_path: [\(paths.map(YAMLText.scalar).joined(separator: ", "))]")
            } else {
                drop("secure_path: not all of it are plain absolute paths")
            }
        case "env_keep": readKept((value.elements ?? [value]).compactMap(\.scalar?.text), operation, isBound, drop)
        case _ where Self.restricting.contains(name):
            if isOn { objection = "Defaults \(name) restricts every command, which no rule can say" }
        case _ where Self.own.contains(name) && !isBound: break
        default: drop("\(name)\(isBound ? ", for some users, hosts or commands" : "")")
        }
    }

    /// What is taken away for some is taken away for all.
    private mutating func readKept(_ names: [String], _ operation: String?, _ isBound: Bool, _ drop: (String) -> Void) {
        switch operation {
        case "list_add": break
        case "list_remove":
            kept.removeAll { old in names.contains { VariableName.matches($0, old) || VariableName.matches(old, $0) } }
            return
        default: kept = []
        }
        guard !isBound else { return drop("env_keep, for some users, hosts or commands") }
        for name in names { keep(name, drop) }
    }

    private mutating func keep(_ variable: String, _ drop: (String) -> Void) {
        let name = variable.hasSuffix("*") ? String(variable.dropLast()) : variable
        if !VariableName.isValid(name) {
            drop("env_keep \(YAMLError.quote(variable)): it is no variable")
        } else if let why = VariableName.objectionToKeeping(name) {
            drop("env_keep \(variable): \(why)")
        } else if !kept.contains(variable) {
            kept.append(variable)
        }
    }
}
