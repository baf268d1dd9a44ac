private import CLinux

/// Why a command did not start: the step that failed and the kernel's reason. The command has not run, and no child is left.
package enum ExecutionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A step between clone(2) and execveat(2) failed.
    case failed(Stage, SystemError.Code)
    /// What the command needs could not be made ready.
    case preparation(SystemError)
    /// The kernel lacks what the sandbox asks for.
    case unavailable(feature: String, code: SystemError.Code)
    /// The program is no longer what was checked.
    case unfit(UnfitProgram)
    /// Arguments, environment, groups or limits that no command may have; says which.
    case malformed(String)

    /// The steps of the child, in order; the raw values are those of CLinux.
    package enum Stage: Int32, Sendable, Hashable, CaseIterable {
        case start = 1
        case controlGroup, signals, session, terminal, streams, descriptors, limits, network, boundingSet, groups, group
        case user, capabilities, secureBits, identityCheck, capabilityCheck, keyring, workingDirectory, noNewPrivileges
        case files, systemCalls, execute

        package var text: String {
            switch self {
            case .start: "start a process"
            case .controlGroup: "enter the control group"
            case .signals: "reset signals"
            case .session: "open a session"
            case .terminal: "take the terminal"
            case .streams: "place the standard streams"
            case .descriptors: "close other descriptors"
            case .limits: "set limits"
            case .network: "leave the network"
            case .boundingSet: "cut the bounding set"
            case .groups: "set supplementary groups"
            case .group: "set the group"
            case .user: "set the user"
            case .capabilities: "set capabilities"
            case .secureBits: "lock the secure bits"
            case .identityCheck: "verify user and groups"
            case .capabilityCheck: "verify capabilities"
            case .keyring: "leave the session keyring"
            case .workingDirectory: "enter the working directory"
            case .noNewPrivileges: "give up new privileges"
            case .files: "restrict files"
            case .systemCalls: "filter system calls"
            case .execute: "execute"
            }
        }
    }

    package var description: String {
        switch self {
        case .failed(let stage, let code): "\(SystemError(stage.text, "", code: code))"
        case .preparation(let error): "\(error)"
        case .unavailable(let feature, _): "the kernel lacks \(feature)"
        case .unfit(let reason): "\(reason)"
        case .malformed(let what): what
        }
    }
}
