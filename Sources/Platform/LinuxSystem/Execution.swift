private import CLinux
private import Glibc

/// A command to be started as another identity. Everything in it is decided beforehand; starting it either runs exactly this or nothing.
///
/// The command has a process group of its own in a session of its own, which its monitor leads (`RunningCommand`), every signal at its
/// default, no descriptor above 2 (but its script's, see `ScriptOpening`), and neither our environment nor our keyring.
package struct Execution: Sendable {
    package var program: TrustedProgram
    /// The arguments with the name it is called by as the first.
    package var arguments: [String]
    package var environment = CommandEnvironment()
    package var streams: Streams
    package var identity: Identity
    package var workingDirectory: WorkingDirectory
    package var fileModeMask: UInt16 = 0o022
    package var limits: [ResourceLimit] = []
    package var noNewPrivileges = false
    /// Nil for all files that the user may reach. Implies `noNewPrivileges`.
    package var files: FileRestriction?
    /// No network but that of Unix sockets with a path: an empty network namespace and no other kind of socket. Implies
    /// `noNewPrivileges`. For a user other than root this confines; root with all its rights still finds ways by way of other processes.
    package var hasNetwork = true
    package var scriptOpening = ScriptOpening.byPath
    /// What the command and its descendants are counted in, where the host has control groups.
    package var controlGroup: ControlGroup?
    /// Whose share what the command leaves running is counted in (`LingeringMonitors`).
    package var account: UInt32 = 0
    /// How long the command and what descends from it have between SIGHUP and SIGKILL when this process dies.
    package var orphanGrace: Duration = .seconds(5)

    package init(
        program: TrustedProgram, arguments: [String], streams: Streams, identity: Identity,
        workingDirectory: WorkingDirectory
    ) {
        self.program = program
        self.arguments = arguments
        self.streams = streams
        self.identity = identity
        self.workingDirectory = workingDirectory
    }

    package enum Streams: Sendable {
        case files(input: SharedDescriptor, output: SharedDescriptor, error: SharedDescriptor)
        /// The slave of a pseudo-terminal is its controlling terminal; streams that are given stay what they are.
        case terminal(
            SharedDescriptor, input: SharedDescriptor? = nil, output: SharedDescriptor? = nil,
            error: SharedDescriptor? = nil)
    }

    package struct Identity: Sendable, Hashable {
        package var user: UInt32
        package var group: UInt32
        /// Supplementary groups; the primary one is not added.
        package var groups: [UInt32]
        /// Exactly these capabilities, by number, a bit each, in every set that lasts (permitted, effective, inheritable, ambient), the
        /// bounding set cut to them and the secure bits locked; nil for what the user has by itself.
        package var capabilities: UInt64?

        package init(user: UInt32, group: UInt32, groups: [UInt32], capabilities: UInt64? = nil) {
            self.user = user
            self.group = group
            self.groups = groups
            self.capabilities = capabilities
        }
    }

    /// Where it starts. Both are entered with the rights of the target identity.
    package enum WorkingDirectory: Sendable {
        /// A directory held open, as a client's own is passed: what it was when it was opened cannot be swapped for another.
        case directory(SharedDescriptor)
        /// A path, resolved beforehand; when the kernel then says that we are elsewhere, somebody moved a link: an error.
        case path(String)
    }

    /// How the interpreter of a script gets to it.
    package enum ScriptOpening: Sendable, Hashable {
        /// By its path, as scripts expect: `$0` and the directory of the script are right. The path is walked and held against the open
        /// file once more just before; only root could still swap it after that.
        case byPath
        /// By the descriptor that was checked, as `/dev/fd/3`: nobody can swap it, but a script that looks at its own name goes wrong,
        /// and the descriptor stays open in the command. For rules that pin a digest.
        case byDescriptor
    }

    package struct ResourceLimit: Sendable, Hashable {
        /// `RLIMIT_` constants (getrlimit(2)).
        package enum Resource: Int32, Sendable, Hashable {
            case processorSeconds = 0
            case fileSize = 1
            case dataSize = 2
            case stackSize = 3
            case coreSize = 4
            case processes = 6
            case openFiles = 7
            case lockedMemory = 8
            case addressSpace = 9
        }

        package var resource: Resource
        package var soft: UInt64
        package var hard: UInt64

        package init(_ resource: Resource, soft: UInt64, hard: UInt64) {
            self.resource = resource
            self.soft = soft
            self.hard = hard
        }
    }

    /// Starts the command and returns once it runs. Blocks the thread for as long as that takes, at most until `patience` is over.
    package func start(patience: Duration = .seconds(10)) throws(ExecutionError) -> RunningCommand {
        let call = try resolvedCall()
        let ruleset = try files?.makeRuleset(programs: [call.program.descriptor, program.descriptor])
        let groups = Array(Set(identity.groups)).sorted()
        var groupsFound = [UInt32](repeating: 0, count: groups.count + 1)
        let limits = limits.map { bailey_limit(resource: $0.resource.rawValue, soft: $0.soft, hard: $0.hard) }
        let directoryPath = try resolvedDirectory()
        var plan = bailey_spawn_plan()
        fill(&plan, call: call, ruleset: ruleset)
        plan.group_count = groups.count
        plan.limit_count = limits.count
        let milliseconds = (ContinuousClock.now + patience).millisecondsLeft
        let started: Result<RunningCommand, ExecutionError>
        // SAFETY: every pointer in the plan is to an array or string that lives until the call returns, and the call keeps none: the
        // child that shares our memory has left it by then.
        started = call.arguments.withCStrings { arguments in
            environment.entries.withCStrings { entries in
                groups.withUnsafeBufferPointer { groups in
                    groupsFound.withUnsafeMutableBufferPointer { groupsFound in
                        limits.withUnsafeBufferPointer { limits in
                            directoryPath.withCString { path in
                                plan.arguments = UnsafePointer(arguments)
                                plan.environment = UnsafePointer(entries)
                                plan.groups = groups.baseAddress
                                plan.groups_found = groupsFound.baseAddress
                                plan.limits = limits.baseAddress
                                plan.directory_path = path
                                return spawn(&plan, milliseconds: milliseconds)
                            }
                        }
                    }
                }
            }
        }
        withExtendedLifetime((self, call, ruleset)) {}
        return try started.get()
    }

    /// Starts the process that starts commands from then on, at what it costs to copy a process that is small, and ends with this one. To
    /// be called before there are threads; commands start without it too.
    ///
    /// - Parameter program: `bailey-spawner`; where there is none, a copy of this process does the same at a higher price.
    package static func prepareSpawner(_ program: String?) throws(SystemError) {
        try systemCall("start", on: "the process that starts commands") { bailey_start_spawner(program) }
    }

    private func spawn(
        _ plan: inout bailey_spawn_plan, milliseconds: Int32
    ) -> Result<RunningCommand, ExecutionError> {
        var started = bailey_monitored()
        var failure = bailey_spawn_failure()
        guard bailey_start_monitored(&plan, milliseconds, &started, &failure) == 0 else {
            let stage = ExecutionError.Stage(rawValue: failure.stage) ?? .start
            return .failure(.failed(stage, SystemError.Code(errno: failure.number)))
        }
        let command = SharedDescriptor(owning: started.command_pidfd)
        let monitor = SharedDescriptor(owning: started.monitor_pidfd)
        return .success(
            RunningCommand(
                process: ProcessHandle(id: started.command, descriptor: command),
                monitor: ProcessHandle(id: started.monitor, descriptor: monitor),
                control: SharedDescriptor(owning: started.control), controlGroup: controlGroup, account: account))
    }

    /// Forty questions, and the answer is the kernel's for as long as it runs.
    private static let lastCapability = bailey_last_capability()

    private func fill(_ plan: inout bailey_spawn_plan, call: Call, ruleset: SharedDescriptor?) {
        plan.program = call.program.descriptor.number
        plan.script = call.script?.number ?? -1
        switch streams {
        case .files(let input, let output, let error):
            plan.streams = (input.number, output.number, error.number)
            plan.terminal = -1
        case .terminal(let terminal, let input, let output, let error):
            plan.streams = ((input ?? terminal).number, (output ?? terminal).number, (error ?? terminal).number)
            plan.terminal = terminal.number
        }
        plan.control_group = controlGroup?.entrance.number ?? -1
        plan.control_group_killer = controlGroup?.killer?.number ?? -1
        plan.orphan_grace = orphanGrace.milliseconds
        if case .directory(let directory) = workingDirectory {
            plan.directory = directory.number
        } else {
            plan.directory = -1
        }
        (plan.user, plan.group) = (identity.user, identity.group)
        plan.has_capabilities = identity.capabilities == nil ? 0 : 1
        plan.capabilities = identity.capabilities ?? 0
        plan.last_capability = Self.lastCapability
        plan.mode_mask = mode_t(fileModeMask & 0o777)
        plan.ruleset = ruleset?.number ?? -1
        plan.no_network = hasNetwork ? 0 : 1
        plan.no_new_privileges = noNewPrivileges || ruleset != nil || !hasNetwork ? 1 : 0
    }

    /// What execveat(2) is handed.
    private struct Call {
        let program: TrustedProgram
        let arguments: [String]
        let script: SharedDescriptor?
    }

    /// Makes sure of the program once more, and puts the interpreter in front of a script: the kernel itself would open it by a name that
    /// is gone with the exec (`O_CLOEXEC`, execveat(2)).
    private func resolvedCall() throws(ExecutionError) -> Call {
        guard !arguments.isEmpty, arguments.allSatisfy({ !$0.utf8.contains(0) }) else {
            throw .malformed("the arguments are empty or have a zero byte in them")
        }
        guard identity.groups.count <= 65536, limits.count <= 16 else { throw .malformed("too many groups or limits") }
        do throws(UnfitProgram) {
            try program.verifyUnchanged()
            guard let interpreter = program.interpreter else {
                return Call(program: program, arguments: arguments, script: nil)
            }
            let isByPath = scriptOpening == .byPath
            if isByPath { try program.verifyPath() }
            let opening = [interpreter.program.path] + (interpreter.argument.map { [$0] } ?? [])
            return Call(
                program: interpreter.program,
                arguments: opening + [isByPath ? program.path : "/dev/fd/3"] + arguments.dropFirst(),
                script: isByPath ? nil : program.descriptor)
        } catch {
            throw .unfit(error)
        }
    }

    /// The path without links; empty where the directory is open already.
    private func resolvedDirectory() throws(ExecutionError) -> String {
        guard case .path(let path) = workingDirectory else { return "" }
        guard path.isAbsolutePath, !path.utf8.contains(0) else { throw .malformed("\(path) is no absolute path") }
        do throws(SystemError) {
            return try LinuxSystem.resolvedPath(path)
        } catch {
            throw .failed(.workingDirectory, error.code)
        }
    }
}

extension [String] {
    /// The strings as C expects them: pointers that end with a null one, valid during the call.
    fileprivate func withCStrings<Result>(
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> Result
    ) -> Result {
        var pointers: [UnsafeMutablePointer<CChar>?] = map { strdup($0) } + [nil]
        defer {
            // SAFETY: each was made by strdup(3) above and is used nowhere after the call.
            for pointer in pointers { free(pointer) }
        }
        return pointers.withUnsafeMutableBufferPointer { body($0.baseAddress) }
    }
}
