import YAML

extension PolicyDecoder {
    mutating func allowance(in mapping: PolicyMapping<CommandRule.Key>) -> CommandAllowance? {
        typealias Key = CommandRule.Key
        let node = required(Key.approval, in: mapping, why: "who has to agree; 'approval: none' when nobody has to")
        var allowance = CommandAllowance(approval: node.flatMap { approval($0) } ?? ApprovalRequirement([.peer]))
        if let node = mapping[.environment] { allowance.environment = environment(node) }
        if let node = mapping[.workingDirectory] { allowance.workingDirectory = workingDirectory(node) }
        if let node = mapping[.capabilities] { allowance.capabilities = capabilities(node) }
        if let node = mapping[.sandbox] { allowance.sandbox = sandbox(node) }
        if let node = mapping[.limits] { allowance.limits = limits(node) }
        allowance.needsReason = mapping[.reasonRequired].flatMap { flag($0, Key.reasonRequired) } ?? false
        allowance.isRecorded = mapping[.record].flatMap { flag($0, Key.record) } ?? false
        allowance.isUnrestricted = mapping[.unrestricted].flatMap { flag($0, Key.unrestricted) } ?? false
        if allowance.capabilities != nil, let node = mapping[.runAs] {
            report("with 'capabilities' a command runs as who asked for it; leave 'run_as' out", at: node.position)
        }
        return allowance
    }

    /// `none`, a method, `{ peer: 2 }`, or a list of which all are needed.
    mutating func approval(_ node: YAMLNode) -> ApprovalRequirement? {
        if let scalar = node.scalar, scalar.text == "none" { return ApprovalRequirement.none }
        var requirement = ApprovalRequirement.none
        var isSound = true
        for element in oneOrMore(node, CommandRule.Key.approval) {
            if let one = approvalMethod(element) {
                requirement = requirement.strengthened(by: one)
            } else {
                isSound = false
            }
        }
        return isSound && !requirement.isNone ? requirement : nil
    }

    private mutating func approvalMethod(_ node: YAMLNode) -> ApprovalRequirement? {
        guard node.members == nil else {
            guard let keys = mapping(node, of: CommandRule.PeerKey.self),
                let value = required(.peer, in: keys, why: "how many people"),
                let count = number(value, CommandRule.PeerKey.peer, in: 1...ApprovalRequirement.peerLimit)
            else { return nil }
            return ApprovalRequirement([], peers: count)
        }
        if node.scalar?.text == "none" {
            report("'none' stands alone: with anything beside it somebody does have to agree", at: node.position)
            return nil
        }
        return choice(node, CommandRule.Key.approval, from: ApprovalRequirement.Method.allCases).map {
            ApprovalRequirement([$0])
        }
    }

    private mutating func environment(_ node: YAMLNode) -> EnvironmentRule {
        typealias Key = CommandRule.EnvironmentKey
        var rule = EnvironmentRule()
        guard let keys = mapping(node, of: Key.self) else { return rule }
        if let keep = keys[.keep] {
            rule.keep = oneOrMore(keep, Key.keep).compactMap { element in
                guard let pattern = text(element, Key.keep, limit: 256) else { return nil }
                let name = pattern.hasSuffix("*") ? String(pattern.dropLast()) : pattern
                if !VariableName.isValid(name) {
                    report(
                        "\(YAMLError.quote(pattern)) is no variable, nor the beginning of some (LC_*)",
                        at: element.position)
                } else if let objection = VariableName.objectionToKeeping(name) {
                    report("\(pattern) cannot be kept: \(objection)", at: element.position)
                } else {
                    return pattern
                }
                return nil
            }
        }
        if let set = keys[.set] {
            if set.members == nil {
                report("'set' is a mapping (NAME: value), and this is \(set.kindName)", at: set.position)
            }
            rule.set = (set.members ?? []).compactMap { variable($0) }
        }
        return rule
    }

    private mutating func variable(_ member: YAMLNode.Member) -> EnvironmentVariable? {
        if !VariableName.isValid(member.key) {
            report("\(YAMLError.quote(member.key)) is no variable's name", at: member.keyPosition)
        } else if let objection = VariableName.objectionToSetting(member.key) {
            report("\(member.key) cannot be set: \(objection)", at: member.keyPosition)
        } else if let scalar = member.value.scalar, !scalar.isNull, !scalar.text.utf8.contains(0) {
            return EnvironmentVariable(name: member.key, value: scalar.text)
        } else {
            report("the value of \(member.key) is text; write \"\" for nothing", at: member.value.position)
        }
        return nil
    }

    private mutating func workingDirectory(_ node: YAMLNode) -> WorkingDirectoryRule {
        switch node.scalar?.text {
        case "requester": return .requester
        case "any": return .any
        default: return plainPath(node, CommandRule.Key.workingDirectory).map { .path($0) } ?? .requester
        }
    }

    private mutating func capabilities(_ node: YAMLNode) -> Set<LinuxCapability> {
        let key = CommandRule.Key.capabilities
        let found = oneOrMore(node, key).compactMap { element -> LinuxCapability? in
            guard let text = text(element, key) else { return nil }
            if let capability = LinuxCapability(name: text) { return capability }
            let known = LinuxCapability.allCases.map(\.rawValue)
            report(
                "there is no capability \(YAMLError.quote(text)); \(suggestion(for: text.lowercased(), from: known))",
                at: element.position)
            return nil
        }
        return Set(found)
    }

    private mutating func sandbox(_ node: YAMLNode) -> Sandbox? {
        typealias Key = CommandRule.SandboxKey
        guard let keys = mapping(node, of: Key.self) else { return nil }
        func paths(_ key: Key) -> [String]? {
            keys[key].map { list($0, key).compactMap { plainPath($0, key) } }
        }
        return Sandbox(
            deniesNewPrivileges: keys[.noNewPrivileges].flatMap { flag($0, Key.noNewPrivileges) } ?? true,
            readablePaths: paths(.readOnly), writablePaths: paths(.writable),
            hasNetwork: keys[.network].flatMap { flag($0, Key.network) } ?? true)
    }

    private mutating func limits(_ node: YAMLNode) -> ExecutionLimits {
        typealias Key = CommandRule.LimitsKey
        var limits = ExecutionLimits()
        guard let keys = mapping(node, of: Key.self) else { return limits }
        limits.timeout = keys[.timeout].flatMap { duration($0, Key.timeout) }
        limits.processorTime = keys[.cpu].flatMap { duration($0, Key.cpu) }
        limits.memory = keys[.memory].flatMap { byteCount($0, Key.memory) }
        limits.processes = keys[.processes].flatMap { number($0, Key.processes, in: 1...1_000_000) }
        limits.openFiles = keys[.openFiles].flatMap { number($0, Key.openFiles, in: 8...1_000_000) }
        limits.output = keys[.output].flatMap { byteCount($0, Key.output) }
        return limits
    }
}
