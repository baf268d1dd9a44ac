import BrokerProtocol
import HostModel
import LinuxSystem
import Policies
import SudoClient

/// Why the sudo backend runs nothing.
struct RefusedBySudoBackend: Error {
    let refusal: Refusal

    init(_ code: RefusalCode, _ text: String, rule: String? = nil, remedy: String? = nil) {
        refusal = Refusal(code: code, text: text, rule: rule, remedy: remedy)
    }
}

// MARK: Who asks, as whom
extension SudoBackend {
    /// This process, as the kernel sees it.
    func requester() throws(RefusedBySudoBackend) -> Requester {
        do throws(SystemError) {
            let identity = try ProcessIdentity(of: ProcessHandle(opening: CurrentProcess.id))
            let groups = try CurrentProcess.groups()
            return Requester(
                user: UserID(CurrentProcess.userID), userName: UserNames.name(of: CurrentProcess.userID),
                group: GroupID(CurrentProcess.groupID), groups: Set(groups.map(GroupID.init)),
                groupNames: Set(groups.compactMap(GroupNames.name)), process: ProcessID(identity.id),
                startTime: identity.startTicks, loginUser: identity.loginUser.map(UserID.init),
                loginName: identity.loginUser.flatMap(UserNames.name), auditSession: identity.auditSession,
                terminal: identity.terminal, cgroup: identity.controlGroup, unit: identity.unit,
                executable: identity.executable, ancestry: identity.ancestors.compactMap(\.executable),
                hasUnseenAncestry: identity.ancestors.contains { $0.executable == nil } || !identity.unseen.isEmpty)
        } catch {
            throw RefusedBySudoBackend(.policyUnusable, "it cannot be told who asks: \(error)")
        }
    }

    func target(_ invocation: SudoInvocation) throws(RefusedBySudoBackend) -> TargetIdentity {
        var account = UserAccount.withID(0)
        if let name = invocation.user {
            account =
                name.hasPrefix("#")
                ? UInt32(name.dropFirst()).flatMap(UserAccount.withID) : UserAccount.named(name)
        }
        guard let account else {
            throw RefusedBySudoBackend(.usage, "unknown user \(invocation.user ?? "root")")
        }
        var group = account.group
        if let name = invocation.group {
            guard let id = name.hasPrefix("#") ? UInt32(name.dropFirst()) : GroupNames.id(of: name) else {
                throw RefusedBySudoBackend(.usage, "unknown group \(name)")
            }
            group = id
        }
        return TargetIdentity(
            user: UserID(account.user), userName: account.name, group: GroupID(group),
            groupName: GroupNames.name(of: group), isUserAskedFor: invocation.user != nil,
            isGroupAskedFor: invocation.group != nil)
    }
}

// MARK: Handing over
extension SudoBackend {
    /// Runs what was allowed, in this process's place.
    func hand(_ grant: CommandGrant, _ program: String, _ invocation: SudoInvocation) -> ClientEnding {
        session.console.report(printable("\(Self.caution) (rule '\(grant.rule.id)')"))
        do throws(SystemError) {
            try CurrentProcess.changeDirectory(to: grant.terms.workingDirectory)
        } catch {
            session.console.report(printable(error.description))
            return .status(1)
        }
        return hand(Self.arguments(grant, program, invocation))
    }

    /// Sudo's command line: everything from the decision, nothing that the requester's line could say besides. A rule that wants the
    /// requester to confirm has sudo ask for the password, whatever it remembers.
    static func arguments(_ grant: CommandGrant, _ program: String, _ invocation: SudoInvocation) -> [String] {
        var words = invocation.askingArguments
        if !grant.approval.isNone { words.append("-k") }
        if invocation.isBackground { words.append("-b") }
        if case .identity(let target) = grant.terms.rights {
            words += ["-u", "#\(target.user)"]
            if target.isGroupAskedFor { words += ["-g", "#\(target.group)"] }
        }
        words += grant.terms.environment.map { "\($0.name)=\($0.value)" }
        return words + ["--", program] + invocation.arguments.dropFirst()
    }

    func hand(_ arguments: [String]) -> ClientEnding {
        if let problem = Self.objectionToSudo() {
            session.console.report(printable("\(Self.program) \(problem)"))
            return .status(1)
        }
        let variables = CurrentProcess.environmentVariables().map { "\($0.name)=\($0.value)" }
        let error = CurrentProcess.replace(
            with: Self.program, arguments: ["sudo"] + arguments, environment: variables)
        session.console.report(printable(error.description))
        return .status(1)
    }

    /// What is wrong with the real sudo; nil when it is there, root's, and gives rights at all.
    private static func objectionToSudo() -> String? {
        do throws(SystemError) {
            let metadata = try FileTree().metadata(of: program)
            guard metadata.kind == .regular, metadata.owner == 0, !metadata.isWritableByAnyone else {
                return "is not the system's own sudo"
            }
            return metadata.permissions & 0o4000 != 0 ? nil : "has lost its set-user-id bit"
        } catch {
            return "cannot be used: \(error.reason)"
        }
    }
}

extension SudoInvocation {
    /// How the real sudo is to ask.
    var askingArguments: [String] {
        var words: [String] = []
        if usesAskpass { words.append("-A") }
        if ringsBell { words.append("-B") }
        if readsStandardInput { words.append("-S") }
        if options.contains(.nonInteractive) { words.append("-n") }
        if options.contains(.forgetProof), mode == .run { words.append("-k") }
        if let prompt { words += ["-p", prompt] }
        return words
    }

    /// The real sudo's command line for what runs nothing.
    var proofArguments: [String] {
        switch mode {
        case .forgetProof: ["-k"]
        case .forgetAllProofs: ["-K"]
        default: askingArguments + ["-v"]
        }
    }
}

extension CommandDenial.Kind {
    var refusalCode: RefusalCode {
        switch self {
        case .policy, .reasonMissing: .deniedByPolicy
        case .untrusted: .untrustedSource
        case .sessionMissing: .sessionMissing
        case .proofImpossible: .proofFailed
        case .policyUnusable: .policyUnusable
        }
    }
}
