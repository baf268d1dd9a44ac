package import HostModel
private import LinuxSystem

/// A command that somebody wants run with rights he does not have, its program looked up and its target user resolved by the broker.
package struct CommandRequest: Sendable, Hashable {
    /// What was typed; the first element is only what the requester calls the program.
    package let argv: [String]
    /// Where the program was looked for: absolute, links not followed.
    package var requestedPath: String
    /// The file that would be executed: absolute, links followed.
    package var program: String
    /// Whether who asks may not know what links lead to `program`, for root alone can look at them.
    package var hidesProgram = false
    package var target: TargetIdentity
    package var environment: [WantedVariable]
    /// The requester's own working directory, as the kernel says.
    package var workingDirectory: String
    /// The directory that the requester asked to have the command run in (`-D`).
    package var wantedDirectory: String?
    package var session: TaskSessionID?
    /// Prompted by content that nobody vouches for, by the requester's word or its session's past.
    package var isUntrusted: Bool
    package var reason: String?
    /// Whether the requester has a terminal of its own to be asked at.
    package var hasTerminal: Bool
    /// Whether the command is to keep the requester's supplementary groups in place of the target's (`-P`).
    package var keepsGroups: Bool
    /// The requester's own umask(2).
    package var fileModeMask: UInt16 = 0

    /// Most arguments, and most bytes in all of them: well above what people type, well below what a frame carries.
    package static let argumentLimit = 4096
    package static let byteLimit = 512 << 10

    /// - Throws: when the arguments cannot be those of a program, or are too many to be judged.
    package init(
        argv: [String], requestedPath: String, program: String, target: TargetIdentity,
        environment: [WantedVariable] = [], workingDirectory: String = "/", wantedDirectory: String? = nil,
        session: TaskSessionID? = nil, isUntrusted: Bool = false, reason: String? = nil, hasTerminal: Bool = false,
        keepsGroups: Bool = false
    ) throws(CommandRequestError) {
        guard !argv.isEmpty else { throw CommandRequestError(reason: "no command was named") }
        guard argv.count <= Self.argumentLimit, argv.reduce(0, { $0 + $1.utf8.count + 1 }) <= Self.byteLimit else {
            let limits = "\(Self.argumentLimit) arguments or \(Self.byteLimit) bytes"
            throw CommandRequestError(reason: "the command line is longer than \(limits)")
        }
        guard !argv.contains(where: { $0.utf8.contains(0) }) else {
            throw CommandRequestError(reason: "an argument has a NUL byte in it")
        }
        self.argv = argv
        self.requestedPath = requestedPath
        self.program = program
        self.target = target
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.wantedDirectory = wantedDirectory
        self.session = session
        self.isUntrusted = isUntrusted
        self.reason = reason
        self.hasTerminal = hasTerminal
        self.keepsGroups = keepsGroups
    }

    package var arguments: ArraySlice<String> { argv.dropFirst() }

    /// What the program is told that it is called, without the path and without the dash that makes a login shell.
    var calledName: String {
        let name = argv[0].lastPathName ?? ""
        return name.hasPrefix("-") ? String(name.dropFirst()) : name
    }
}

/// Why what was asked for is no command.
package struct CommandRequestError: Error, Hashable, CustomStringConvertible {
    package let reason: String
    package var description: String { reason }
}

/// As whom a command is to run.
package struct TargetIdentity: Sendable, Hashable {
    package var user: UserID
    package var userName: String
    package var group: GroupID
    package var groupName: String?
    /// Whether the user, and the group, were asked for and not merely left at what goes without saying.
    package var isUserAskedFor: Bool
    package var isGroupAskedFor: Bool

    package init(
        user: UserID, userName: String, group: GroupID, groupName: String? = nil, isUserAskedFor: Bool = false,
        isGroupAskedFor: Bool = false
    ) {
        self.user = user
        self.userName = userName
        self.group = group
        self.groupName = groupName
        self.isUserAskedFor = isUserAskedFor
        self.isGroupAskedFor = isGroupAskedFor
    }

    /// What a request that names nobody means.
    package static let root = TargetIdentity(user: .root, userName: "root", group: .root, groupName: "root")
}

/// A variable of an environment.
package struct EnvironmentVariable: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// A variable that the requester would like the command to have.
package struct WantedVariable: Sendable, Hashable {
    package var variable: EnvironmentVariable
    /// Written on the command line (`NAME=value`, `--preserve-env=NAME`): refused aloud where it is not kept. What is merely there in
    /// the requester's environment is left out in silence.
    package var isAskedFor: Bool

    package init(_ name: String, _ value: String, isAskedFor: Bool = false) {
        variable = EnvironmentVariable(name: name, value: value)
        self.isAskedFor = isAskedFor
    }
}

/// The name of one task, which the requester chose: up to 128 letters, digits, `.`, `_`, `:` and `-`.
package struct TaskSessionID: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    package init?(_ text: String) {
        guard (1...128).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "-"),
            text.utf8.allSatisfy({ RuleID.isIDByte($0) || $0 == UInt8(ascii: ":") })
        else { return nil }
        description = text
    }
}
