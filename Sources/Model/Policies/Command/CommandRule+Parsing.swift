import HostModel
import YAML

extension PolicyDecoder {
    mutating func commandRule(_ node: YAMLNode, references: PolicyReferences) -> CommandRule? {
        typealias Key = CommandRule.Key
        guard let mapping = mapping(node, of: Key.self) else { return nil }
        let before = errors.count
        let id = required(Key.id, in: mapping, why: "a name of its own, which the audit log gives")
            .flatMap { ruleID($0, Key.id) }
        let effect = required(Key.effect, in: mapping, why: "allow or deny")
            .flatMap { choice($0, Key.effect, from: RuleEffect.allCases) }
        let command = required(Key.command, in: mapping, why: "the absolute path of the program")
            .flatMap { commandPattern($0, references: references) }
        guard let id, let effect, let command else { return nil }
        let allows = effect == .allow
        let arguments = arguments(in: mapping, isRequired: allows)
        let from = requesters(in: mapping, isRequired: allows)
        let allowance = allows ? allowance(in: mapping) : nil
        if !allows { refuseAllowance(in: mapping) }
        let rule = CommandRule(
            id: id, location: SourceLocation(path: path, mapping.position), command: command, arguments: arguments,
            from: from, runAs: mapping[.runAs].map { targets($0) } ?? (allows ? .root : .any),
            time: mapping[.time].flatMap { timeWindow($0, references: references) },
            effect: allowance.map { .allow($0) } ?? .deny,
            expires: mapping[.expires].flatMap { day($0, Key.expires) },
            comment: mapping[.comment].flatMap { text($0, Key.comment) },
            owner: mapping[.owner].flatMap { text($0, Key.owner, limit: 256) })
        if allows {
            checkRestriction(of: rule, at: mapping[.arguments]?.position ?? mapping.position)
            if rule.command.paths.contains(CommandRule.editing) { checkEditing(in: mapping) }
        }
        return errors.count == before ? rule : nil
    }

    private mutating func refuseAllowance(in mapping: PolicyMapping<CommandRule.Key>) {
        for key in CommandRule.Key.ofAllowance {
            guard let node = mapping[key] else { continue }
            let advice =
                key == .expires
                ? "a rule that denies does not end by itself; take it out when its time is over"
                : "'\(key.rawValue)' says how an allowed command runs, and this rule denies"
            report(advice, at: node.position)
        }
    }

    /// Editing runs no command that could be confined, limited or recorded: a rule that says so would say more than holds.
    private mutating func checkEditing(in mapping: PolicyMapping<CommandRule.Key>) {
        for key in [CommandRule.Key.environment, .workingDirectory, .capabilities, .sandbox, .limits, .record] {
            guard let node = mapping[key] else { continue }
            report(
                "files are edited (\(CommandRule.editing)) without a command: leave '\(key.rawValue)' out",
                at: node.position)
        }
    }

    /// A rule that would give away a shell has to say that its author knows.
    private mutating func checkRestriction(of rule: CommandRule, at position: TextPosition) {
        guard rule.allowance?.isUnrestricted == false else { return }
        let giveAway = "'unrestricted: true' to give the shell away"
        if rule.command == .any {
            report("any command gives a shell; name the programs, or write 'unrestricted: true'", at: position)
        }
        var said: Set<String> = []
        for path in rule.command.paths {
            guard let giver = ShellGiver.entry(for: path), let objection = giver.objection(to: rule.arguments),
                said.insert(objection).inserted
            else { continue }
            let advice = giver.danger == .always ? "write \(giveAway)" : "write the arguments out, or \(giveAway)"
            report("\(objection); \(advice)", at: position)
        }
    }

    private mutating func commandPattern(_ node: YAMLNode, references: PolicyReferences) -> CommandPattern? {
        if node.scalar?.text == "any" { return .any }
        let paths = oneOrMore(node, CommandRule.Key.command).compactMap { plainPath($0, CommandRule.Key.command) }
        let resolved = paths.compactMap { references.resolved($0) }.filter { !paths.contains($0) }
        return paths.isEmpty ? nil : .paths(written: paths, resolved: resolved)
    }

    private mutating func arguments(
        in mapping: PolicyMapping<CommandRule.Key>, isRequired: Bool
    ) -> ArgumentPatterns {
        guard let node = mapping[.arguments] else {
            if isRequired {
                report(
                    "a rule that allows needs 'arguments': one pattern a position; [] for none, [...] for any",
                    at: mapping.position)
            }
            return .any
        }
        guard let elements = node.elements else {
            report("'arguments' is a list, and this is \(node.kindName); [] for none, [...] for any", at: node.position)
            return .any
        }
        var patterns = ArgumentPatterns([])
        for (index, element) in elements.enumerated() {
            if let scalar = element.scalar, scalar.text == "...", !scalar.isQuoted {
                patterns.allowsMore = true
                if index < elements.count - 1 {
                    report("'...' stands for the rest of the arguments, so nothing can follow it", at: element.position)
                }
            } else if let pattern = argumentPattern(element) {
                patterns.positions.append(pattern)
            }
        }
        return patterns
    }

    private mutating func argumentPattern(_ node: YAMLNode) -> ArgumentPattern? {
        typealias Key = CommandRule.ArgumentKey
        guard node.members != nil else { return literalArgument(node).map { .literal($0) } }
        guard let mapping = mapping(node, of: Key.self) else { return nil }
        let given = Key.allCases.filter { mapping[$0] != nil }
        guard given.count == 1, let key = given.first, let value = mapping[key] else {
            report("a pattern of an argument has exactly one of: one_of, glob, regex", at: node.position)
            return nil
        }
        switch key {
        case .oneOf:
            let texts = oneOrMore(value, key).compactMap { literalArgument($0) }
            return texts.isEmpty ? nil : .oneOf(texts)
        case .glob: return literalArgument(value).flatMap { glob($0, at: value.position) }.map { .glob($0) }
        case .regex: return regularExpression(value).map { .regex($0) }
        }
    }

    /// The text just as it is written: an argument may be empty or have spaces and line ends in it.
    private mutating func literalArgument(_ node: YAMLNode) -> String? {
        guard let scalar = node.scalar, !scalar.isNull else {
            report(
                "an argument is text, and this is \(node.kindName); put quotes around it if it is text",
                at: node.position)
            return nil
        }
        guard !scalar.text.utf8.contains(0), scalar.text.utf8.count <= 4096 else {
            report("an argument is at most 4096 bytes, and has no NUL in it", at: node.position)
            return nil
        }
        return scalar.text
    }

    private mutating func requesters(
        in mapping: PolicyMapping<CommandRule.Key>, isRequired: Bool
    ) -> RequesterCriteria {
        typealias Key = CommandRule.FromKey
        guard let node = mapping[.from] else {
            if isRequired {
                report("a rule that allows needs 'from': who may ask; 'from: any' for everybody", at: mapping.position)
            }
            return .any
        }
        if node.scalar?.text == "any" { return .any }
        guard let keys = self.mapping(node, of: Key.self) else { return .any }
        if Key.allCases.allSatisfy({ keys[$0] == nil }) {
            report("'from' names nobody; write 'from: any' for everybody", at: node.position)
        }
        return RequesterCriteria(
            users: keys[.users].map { users($0, Key.users) }, groups: keys[.groups].map { groups($0, Key.groups) },
            units: keys[.units].map { units($0, Key.units) },
            executables: keys[.executables].map { executables($0, Key.executables) })
    }

    private mutating func targets(_ node: YAMLNode) -> TargetCriteria {
        typealias Key = CommandRule.RunAsKey
        guard node.members != nil else { return TargetCriteria(users: users(node, CommandRule.Key.runAs)) }
        guard let keys = mapping(node, of: Key.self) else { return .root }
        return TargetCriteria(
            users: keys[.user].map { users($0, Key.user) } ?? [.id(.root)],
            groups: keys[.group].map { groups($0, Key.group) } ?? [])
    }

    /// - Parameter name: the key that it stands under.
    mutating func timeWindow(
        _ node: YAMLNode, named name: String = "time", references: PolicyReferences
    ) -> TimeWindow? {
        typealias Key = CommandRule.TimeKey
        guard let keys = mapping(node, of: Key.self) else { return nil }
        var window = TimeWindow()
        if keys[.days] == nil, keys[.hours] == nil {
            report("'\(name)' names neither days nor hours; leave it out, or say when", at: node.position)
        }
        if let days = keys[.days] { window.days = weekdays(days) }
        if let hours = keys[.hours] {
            window.hours = oneOrMore(hours, Key.hours).compactMap { element in
                guard let text = text(element, Key.hours) else { return nil }
                if let hours = DailyHours(text) { return hours }
                report("'hours' are written 08:00-18:00, and \(YAMLError.quote(text)) is not so", at: element.position)
                return nil
            }
        }
        if let zone = keys[.timeZone], let name = text(zone, Key.timeZone), name != "UTC" {
            let rules = TimeZoneRules.isName(name) ? references.timeZone(name) : nil
            if let rules {
                window.zone = rules
            } else {
                report(
                    "this host knows no time zone \(YAMLError.quote(name)); name one like Europe/Berlin",
                    at: zone.position)
            }
        }
        return window
    }

    /// `mon`, `mon-fri`, `[sat, sun]`, `fri-mon`.
    private mutating func weekdays(_ node: YAMLNode) -> Set<Weekday> {
        var days: Set<Weekday> = []
        let all = Weekday.allCases
        for element in oneOrMore(node, CommandRule.TimeKey.days) {
            guard let text = text(element, CommandRule.TimeKey.days) else { continue }
            let ends = text.split(separator: "-", omittingEmptySubsequences: false).map {
                Weekday(rawValue: String($0))
            }
            guard (1...2).contains(ends.count), let first = ends.first.flatMap({ $0 }),
                let last = ends.last.flatMap({ $0 }),
                let from = all.firstIndex(of: first), let to = all.firstIndex(of: last)
            else {
                let known = all.map(\.rawValue).joined(separator: ", ")
                report("\(YAMLError.quote(text)) is no day or days; write \(known) or mon-fri", at: element.position)
                continue
            }
            let count = (to - from + 7) % 7
            for offset in 0...count { days.insert(all[(from + offset) % 7]) }
        }
        return days
    }
}

/// How policies write what a rule does.
enum RuleEffect: String, CaseIterable {
    case allow, deny
}
