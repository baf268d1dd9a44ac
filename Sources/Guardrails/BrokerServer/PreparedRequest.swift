internal import BrokerProtocol
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// A client's wish made definite: which program by which arguments, as whom, where. What it names is held open from here on.
struct PreparedRequest: Sendable {
    /// What the policy decides about.
    var request: CommandRequest
    let target: TargetAccount
    let work: Work
    /// The requester's own working directory; nil where it cannot be looked at, or means something else to the broker.
    let directory: SharedDescriptor?

    enum Work: Sendable {
        /// A program, or why none may be run.
        case program(Result<TrustedProgram, UnfitProgram>)
        /// Documents to be edited, by absolute path (`sudo -e`).
        case documents([String])
    }

    /// - Parameters:
    ///   - isUntrusted: whether the session was marked before, whatever this request says.
    ///   - inOwnDirectory: whether it is asked for where the requester works, whatever the request names.
    init(
        _ run: RunRequest, from peer: Peer, accounts: RecentAccounts, securePath: [String], isUntrusted: Bool,
        inOwnDirectory: Bool = false
    ) throws(Refusal) {
        target = try TargetAccount(
            user: run.targetUser, group: run.targetGroup, requester: peer.requester, accounts: accounts)
        let place = Self.place(of: peer)
        directory = place.directory
        let session = try Self.session(run.session)
        let arguments: [String]
        let paths: (requested: String, resolved: String, areHidden: Bool)
        if run.options.contains(.edit) {
            arguments =
                try ["sudoedit"]
                + run.arguments.map { path throws(Refusal) in
                    try Self.absolute(path, from: place.path)
                }
            paths = (CommandRule.editing, CommandRule.editing, false)
            try Self.checkCount(of: arguments.dropFirst())
            work = .documents(Array(arguments.dropFirst()))
        } else {
            let command = ShellCommand(run, requester: peer.requester, target: target.account)
            arguments = command.arguments
            let program = Self.open(command.program, securePath: securePath)
            paths = Self.paths(of: program, asked: command.program)
            work = .program(program)
        }
        let isOwnDirectory =
            inOwnDirectory || run.workingDirectory.hasSameBytes(as: place.path) || place.directory == nil
        var wanted = isOwnDirectory ? nil : run.workingDirectory
        // A login shell begins at home, as after a login, unless another place was asked for.
        if run.options.contains(.loginShell), wanted == nil { wanted = target.account.home }
        do throws(CommandRequestError) {
            request = try CommandRequest(
                argv: arguments, requestedPath: paths.requested, program: paths.resolved, target: target.identity,
                environment: run.environment.map { WantedVariable($0.name, $0.value, isAskedFor: $0.isAskedFor) },
                workingDirectory: place.path, wantedDirectory: wanted, session: session,
                isUntrusted: isUntrusted || run.options.contains(.untrusted), reason: run.reason.map(Self.oneLine),
                hasTerminal: peer.requester.terminal != nil, keepsGroups: run.options.contains(.preserveGroups))
        } catch {
            throw Refusal(code: .usage, text: error.reason)
        }
        request.fileModeMask = run.fileModeMask ?? 0
        request.hidesProgram = paths.areHidden && peer.requester.user.rawValue != 0
    }

    /// Before anything of them is opened: all travel with one message, each is held, and of two that are one the second would find it changed.
    private static func checkCount(of paths: ArraySlice<String>) throws(Refusal) {
        let limit = UnixConnection.descriptorLimit
        guard paths.count <= limit else {
            throw Refusal(
                code: .usage, text: "\(paths.count) files are too many to edit at once", remedy: "name at most \(limit)"
            )
        }
        guard Set(paths).count == paths.count else {
            throw Refusal(code: .usage, text: "a file is named twice", remedy: "name each file once")
        }
    }

    private static func open(_ command: String, securePath: [String]) -> Result<TrustedProgram, UnfitProgram> {
        do throws(UnfitProgram) {
            return .success(try TrustedProgram.open(command, securePath: securePath))
        } catch {
            return .failure(error)
        }
    }

    /// What rules are held against, and whether only root can look at it. What is unfit is named as far as it can be, so that what the policy
    /// denies is denied by the policy.
    private static func paths(
        of program: Result<TrustedProgram, UnfitProgram>, asked: String
    ) -> (requested: String, resolved: String, areHidden: Bool) {
        switch program {
        case .success(let program): return (program.path, program.resolvedPath, program.isHidden)
        case .failure:
            guard asked.isAbsolutePath else { return (asked, asked, false) }
            return (asked, (try? resolvedPath(asked)) ?? asked, TrustedProgram.isHidden(asked))
        }
    }

    /// Where the requester works. Paths of another mount namespace say nothing here, so it counts as being nowhere in particular.
    private static func place(of peer: Peer) -> (directory: SharedDescriptor?, path: String) {
        guard peer.sharesMounts, let place = try? peer.process.workingDirectory() else { return (nil, "/") }
        return (place.directory, place.path)
    }

    private static func session(_ text: String?) throws(Refusal) -> TaskSessionID? {
        guard let text else { return nil }
        guard let id = TaskSessionID(text) else {
            throw Refusal(
                code: .usage, text: "the session's name cannot be used",
                remedy: "take up to 128 letters, digits, '.', '_', ':' and '-'")
        }
        return id
    }

    /// The path from `/`, without `.` and `..`: these would have the policy look at another path than what is opened.
    private static func absolute(_ path: String, from directory: String) throws(Refusal) -> String {
        guard !path.isEmpty, path.utf8.count < 4096 else {
            throw Refusal(code: .usage, text: "a file's name is empty or too long")
        }
        let whole = path.isAbsolutePath ? path : "\(directory)/\(path)"
        let parts = whole.pathNames
        guard !parts.contains("."), !parts.contains("..") else {
            throw Refusal(code: .usage, text: "\(path) has '.' or '..' in it", remedy: "write the path without them")
        }
        guard !path.endsWithSlash else { throw Refusal(code: .usage, text: "\(path) is not a file") }
        return "/" + parts.joined(separator: "/")
    }

    /// A reason is a line for the log and for approvers.
    static func oneLine(_ text: String) -> String {
        let line = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : String($0) }.joined()
        return String(line.prefix(1024))
    }
}

/// What is executed for a request: the command as it was typed, or a shell (`-s`, `-i`) with what it is to run.
private struct ShellCommand {
    var program: String
    var arguments: [String]

    init(_ run: RunRequest, requester: Requester, target: UserAccount) {
        guard !run.options.isDisjoint(with: [.shell, .loginShell]) else {
            program = run.arguments.first ?? ""
            arguments = run.arguments
            return
        }
        if run.options.contains(.loginShell) {
            program = target.shell
            // A dash in front tells a shell that it is a login shell (bash(1), INVOCATION).
            arguments = ["-" + (target.shell.lastPathName ?? "sh")]
        } else {
            let wanted = run.environment.first { $0.name == "SHELL" && $0.value.isAbsolutePath }?.value
            program = wanted ?? UserAccount.withID(requester.user.rawValue)?.shell ?? "/bin/sh"
            arguments = [program]
        }
        if !run.arguments.isEmpty { arguments += ["-c", run.arguments.map(Self.escaped).joined(separator: " ")] }
    }

    /// As sudo(8) does it: everything but letters, digits, `_`, `-` and `$` gets a backslash.
    private static func escaped(_ argument: String) -> String {
        argument.reduce(into: "") { text, character in
            let isPlain = character.isASCII && (character.isLetter || character.isNumber || "_-$".contains(character))
            if !isPlain { text.append("\\") }
            text.append(character)
        }
    }
}
