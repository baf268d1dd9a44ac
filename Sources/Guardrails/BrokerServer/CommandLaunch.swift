internal import BrokerProtocol
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// Everything that starting an allowed command takes, but its streams: worked out before anybody approves it, so that what is approved
/// can be started.
struct CommandLaunch: Sendable {
    let program: TrustedProgram
    let arguments: [String]
    let environment: CommandEnvironment
    let identity: Execution.Identity
    let workingDirectory: Execution.WorkingDirectory
    let terms: ExecutionTerms
    private let share: UserID

    init(
        _ prepared: PreparedRequest, program: TrustedProgram, grant: CommandGrant, run: RunRequest,
        from requester: Requester
    ) throws(Refusal) {
        self.program = program
        terms = grant.terms
        share = requester.share
        arguments = prepared.request.argv
        let account = try Self.account(prepared, grant, requester)
        identity = Self.identity(prepared, grant, requester)
        environment = try Self.environment(prepared, grant, account, run, requester)
        let isOwn = terms.workingDirectory.hasSameBytes(as: prepared.request.workingDirectory)
        workingDirectory = prepared.directory.flatMap { isOwn ? .directory($0) : nil } ?? .path(terms.workingDirectory)
    }

    /// What is executed, with these streams.
    ///
    /// - Parameter openFiles: how many files it may hold open where its rule says nothing.
    func execution(streams: Execution.Streams, openFiles: Execution.ResourceLimit) -> Execution {
        var execution = Execution(
            program: program, arguments: arguments, streams: streams, identity: identity,
            workingDirectory: workingDirectory)
        execution.environment = environment
        execution.account = share.rawValue
        execution.fileModeMask = terms.fileModeMask
        execution.limits = limits + (terms.limits.openFiles == nil ? [openFiles] : [])
        if let sandbox = terms.sandbox {
            execution.noNewPrivileges = sandbox.deniesNewPrivileges
            execution.hasNetwork = sandbox.hasNetwork
            execution.files = sandbox.restriction
        }
        return execution
    }

    private var limits: [Execution.ResourceLimit] {
        let limits = terms.limits
        let seconds = limits.processorTime.map { UInt64(max(1, $0.components.seconds)) }
        return [
            seconds.map { .init(.processorSeconds, soft: $0, hard: $0 + 1) },
            limits.memory.map { .init(.addressSpace, soft: $0.bytes, hard: $0.bytes) },
            limits.processes.map { .init(.processes, soft: UInt64($0), hard: UInt64($0)) },
            limits.openFiles.map { .init(.openFiles, soft: UInt64($0), hard: UInt64($0)) },
        ].compactMap(\.self)
    }

    /// Whose home and name the command has: the target's, or the requester's own where it runs as itself with capabilities.
    private static func account(
        _ prepared: PreparedRequest, _ grant: CommandGrant, _ requester: Requester
    ) throws(Refusal) -> UserAccount {
        guard case .capabilities = grant.terms.rights else { return prepared.target.account }
        guard let own = UserAccount.withID(requester.user.rawValue) else {
            throw Refusal(
                code: .commandUnfit, text: "the requester has no account on this host", rule: grant.rule.description)
        }
        return own
    }

    private static func identity(
        _ prepared: PreparedRequest, _ grant: CommandGrant, _ requester: Requester
    ) -> Execution.Identity {
        let own = requester.groups.map(\.rawValue).sorted()
        switch grant.terms.rights {
        case .capabilities(let capabilities):
            return Execution.Identity(
                user: requester.user.rawValue, group: requester.group.rawValue, groups: own,
                capabilities: capabilities.reduce(0) { $0 | 1 << UInt64($1.number) })
        case .identity(let target):
            let groups = prepared.request.keepsGroups ? own : prepared.target.groups.sorted()
            return Execution.Identity(user: target.user.rawValue, group: target.group.rawValue, groups: groups)
        }
    }
}

// MARK: Environment
extension CommandLaunch {
    /// Built from nothing: what every command has, then what the rule keeps and sets.
    private static func environment(
        _ prepared: PreparedRequest, _ grant: CommandGrant, _ account: UserAccount, _ run: RunRequest,
        _ requester: Requester
    ) throws(Refusal) -> CommandEnvironment {
        var variables: [(String, String)] = [
            ("PATH", grant.terms.securePath.joined(separator: ":")), ("HOME", account.home), ("USER", account.name),
            ("LOGNAME", account.name), ("SHELL", account.shell),
            ("LANG", own("LANG", run) ?? "C.UTF-8"), ("TERM", own("TERM", run) ?? "unknown"),
            ("SUDO_USER", requester.userName ?? "#\(requester.user)"), ("SUDO_UID", "\(requester.user)"),
            ("SUDO_GID", "\(requester.group)"), ("SUDO_COMMAND", commandLine(prepared)),
        ]
        variables += grant.terms.environment.map { ($0.name, $0.value) }
        var environment = CommandEnvironment()
        do throws(CommandEnvironment.Refusal) {
            for (name, value) in variables { try environment.set(name, to: value) }
        } catch {
            throw Refusal(code: .commandUnfit, text: error.description, rule: grant.rule.description)
        }
        return environment
    }

    /// What the requester's variable says, where it can be nothing but a name: no path that a library would open.
    private static func own(_ name: String, _ run: RunRequest) -> String? {
        let value = run.environment.first { $0.name == name }?.value
        return value.flatMap { text in
            let isName = text.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                    || "-_.@+".utf8.contains($0)
            }
            return isName && (1...64).contains(text.utf8.count) ? text : nil
        }
    }

    /// The program and its arguments, cut to what an environment takes, as sudo(8) writes it.
    private static func commandLine(_ prepared: PreparedRequest) -> String {
        let words = [prepared.request.requestedPath] + prepared.request.arguments
        let line = words.joined(separator: " ").unicodeScalars.map { $0.value < 32 ? " " : String($0) }.joined()
        return String(decoding: line.utf8.prefix(4096), as: UTF8.self)
    }
}

extension Sandbox {
    /// Nil where every file may be reached. What is to be read only goes along with what nearly every program reads to start at all.
    fileprivate var restriction: FileRestriction? {
        guard readablePaths != nil || writablePaths != nil else { return nil }
        return FileRestriction(
            readablePaths: readablePaths.map { $0 + FileRestriction.systemPathsHere },
            writablePaths: writablePaths ?? [])
    }
}
