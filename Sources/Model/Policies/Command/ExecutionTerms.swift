import HostModel

/// How an allowed command runs: what the rule grants and what it takes away. The broker adds nothing that is not here but the
/// variables every command has (PATH, LANG, TERM, HOME, USER, …).
package struct ExecutionTerms: Sendable, Hashable {
    package var rights: ExecutionRights
    /// Kept from the requester's environment and set by the rule, by name; no name twice.
    package var environment: [EnvironmentVariable]
    /// The PATH of the command.
    package var securePath: [String]
    package var workingDirectory: String
    package var sandbox: Sandbox?
    package var limits: ExecutionLimits
    /// Whether the session is kept as a recording.
    package var isRecorded: Bool
    /// What files that the command makes are given to nobody (umask(2)).
    package var fileModeMask: UInt16

    /// What others may not do with new files of a command, whatever the requester's own mask: write them.
    package static let leastFileModeMask: UInt16 = 0o022

    package init(
        rights: ExecutionRights, environment: [EnvironmentVariable] = [], securePath: [String] = [],
        workingDirectory: String = "/", sandbox: Sandbox? = nil, limits: ExecutionLimits = ExecutionLimits(),
        isRecorded: Bool = false, fileModeMask: UInt16 = ExecutionTerms.leastFileModeMask
    ) {
        self.rights = rights
        self.environment = environment
        self.securePath = securePath
        self.workingDirectory = workingDirectory
        self.sandbox = sandbox
        self.limits = limits
        self.isRecorded = isRecorded
        self.fileModeMask = fileModeMask
    }
}

package enum ExecutionRights: Sendable, Hashable {
    /// All that the user has.
    case identity(TargetIdentity)
    /// The requester's own identity with exactly these capabilities.
    case capabilities(Set<LinuxCapability>)

    /// Whether more than an ordinary user's rights are at stake.
    package var isPrivileged: Bool {
        switch self {
        case .identity(let target): target.user == .root
        case .capabilities: true
        }
    }
}

/// What a command cannot do though its user could.
package struct Sandbox: Sendable, Hashable {
    /// `PR_SET_NO_NEW_PRIVS` (prctl(2)): nothing it executes gains rights.
    package var deniesNewPrivileges: Bool
    /// Where it may read besides what programs are made of (`/usr`, libraries); nil when it may read everywhere.
    package var readablePaths: [String]?
    /// Where it may write too; nil when that is nowhere if `readablePaths` says something, and everywhere if it does not.
    package var writablePaths: [String]?
    package var hasNetwork: Bool

    package init(
        deniesNewPrivileges: Bool = true, readablePaths: [String]? = nil, writablePaths: [String]? = nil,
        hasNetwork: Bool = true
    ) {
        self.deniesNewPrivileges = deniesNewPrivileges
        self.readablePaths = readablePaths
        self.writablePaths = writablePaths
        self.hasNetwork = hasNetwork
    }
}

/// How much a command may use; nil for what nobody limits.
package struct ExecutionLimits: Sendable, Hashable {
    /// From start to the end of its process group.
    package var timeout: Duration?
    /// Processor time of one process (RLIMIT_CPU, getrlimit(2)).
    package var processorTime: Duration?
    /// Address space of one process (RLIMIT_AS).
    package var memory: ByteCount?
    package var processes: Int?
    package var openFiles: Int?
    /// What it may print before it is ended.
    package var output: ByteCount?

    package init(
        timeout: Duration? = nil, processorTime: Duration? = nil, memory: ByteCount? = nil, processes: Int? = nil,
        openFiles: Int? = nil, output: ByteCount? = nil
    ) {
        self.timeout = timeout
        self.processorTime = processorTime
        self.memory = memory
        self.processes = processes
        self.openFiles = openFiles
        self.output = output
    }
}

/// An amount of memory or data.
package struct ByteCount: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let bytes: UInt64

    package init(bytes: UInt64) { self.bytes = bytes }

    /// `4096`, `64K`, `512M`, `2G`, in powers of 1024; nil for anything else and for more than 2^63 bytes.
    package init?(_ text: String) {
        let shifts: [(Character, UInt64)] = [("K", 10), ("M", 20), ("G", 30), ("T", 40)]
        let shift = shifts.first { text.last == $0.0 }?.1
        guard let number = decimal((shift == nil ? text[...] : text.dropLast()).utf8) else { return nil }
        let (bytes, overflow) = UInt64(number).multipliedReportingOverflow(by: 1 << (shift ?? 0))
        guard !overflow, bytes <= UInt64(Int64.max) else { return nil }
        self.bytes = bytes
    }

    package static func < (left: ByteCount, right: ByteCount) -> Bool { left.bytes < right.bytes }

    package var description: String {
        for (unit, shift) in [("T", 40), ("G", 30), ("M", 20), ("K", 10)] as [(String, UInt64)]
        where bytes > 0 && bytes % (1 << shift) == 0 { return "\(bytes >> shift)\(unit)" }
        return "\(bytes)"
    }
}
