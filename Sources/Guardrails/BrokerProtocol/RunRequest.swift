/// A command that the client asks to have run. Nothing in it is believed but as a wish: who asks is what the kernel says.
package struct RunRequest: Sendable, Equatable {
    /// The program as it was typed, then its arguments; for a shell (`-s`, `-i`) what it is to run, or nothing; for `edit` the files.
    package var arguments: [String]
    /// Where it is to run: the client's own directory, or another one that was asked for (`-D`).
    package var workingDirectory: String
    /// What the requester would like kept; the rule that matches says what is.
    package var environment: [SentVariable]
    /// A name or `#uid`; nil is the policy's default.
    package var targetUser: String?
    package var targetGroup: String?
    package var options: RunOptions
    /// The task that approvals are for.
    package var session: String?
    package var reason: String?
    /// The size of the requester's terminal; nil when it has none.
    package var terminal: TerminalSize?
    /// Which of the standard streams come along as descriptors, in this order.
    package var descriptors: StandardStreams
    /// The longest the command may run, in seconds; the rule may say less.
    package var timeout: UInt32?
    /// The requester's own umask(2), at most 0o777: what it wants nobody to have of new files, the command gives nobody either. Nil where its
    /// client does not say.
    package var fileModeMask: UInt16?

    package init(
        arguments: [String], workingDirectory: String, environment: [SentVariable] = [],
        targetUser: String? = nil, targetGroup: String? = nil, options: RunOptions = RunOptions(rawValue: 0),
        session: String? = nil, reason: String? = nil, terminal: TerminalSize? = nil,
        descriptors: StandardStreams = StandardStreams(rawValue: 0), timeout: UInt32? = nil,
        fileModeMask: UInt16? = nil
    ) {
        self.arguments = arguments
        self.workingDirectory = workingDirectory
        self.environment = environment
        self.targetUser = targetUser
        self.targetGroup = targetGroup
        self.options = options
        self.session = session
        self.reason = reason
        self.terminal = terminal
        self.descriptors = descriptors
        self.timeout = timeout
        self.fileModeMask = fileModeMask
    }
}

extension RunRequest: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, arguments)
        writer.put(2, workingDirectory)
        writer.put(3, environment)
        writer.put(4, targetUser)
        writer.put(5, targetGroup)
        writer.put(6, options)
        writer.put(7, session)
        writer.put(8, reason)
        writer.put(9, terminal)
        writer.put(10, descriptors)
        writer.put(11, timeout)
        writer.put(12, fileModeMask)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        arguments = try reader.required(1)
        workingDirectory = try reader.required(2)
        environment = try reader.required(3)
        targetUser = try reader.optional(4)
        targetGroup = try reader.optional(5)
        options = try reader.required(6)
        guard !arguments.isEmpty || !options.isDisjoint(with: .anyShell) else {
            throw .invalidValue(tag: 1)
        }
        session = try reader.optional(7)
        reason = try reader.optional(8)
        terminal = try reader.optional(9)
        descriptors = try reader.required(10)
        timeout = try reader.optional(11)
        fileModeMask = try reader.optional(12)
        if let fileModeMask, fileModeMask > 0o777 { throw .invalidValue(tag: 12) }
    }
}

/// How a command is asked for.
package struct RunOptions: FieldOptions, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Never ask anything: what needs an answer is refused (`sudo -n`).
    package static let nonInteractive = RunOptions(rawValue: 1 << 0)
    /// Let the approval stand for the same command in this session.
    package static let keepSession = RunOptions(rawValue: 1 << 1)
    /// The request was prompted by untrusted content.
    package static let untrusted = RunOptions(rawValue: 1 << 2)
    /// Say what would be decided, and run nothing.
    package static let dryRun = RunOptions(rawValue: 1 << 3)
    /// The target's login shell (`sudo -i`).
    package static let loginShell = RunOptions(rawValue: 1 << 4)
    /// A shell (`sudo -s`).
    package static let shell = RunOptions(rawValue: 1 << 5)
    /// Forget earlier proofs first (`sudo -k COMMAND`).
    package static let forgetProof = RunOptions(rawValue: 1 << 6)
    /// Keep the whole environment where the rule allows that (`sudo -E`).
    package static let preserveEnvironment = RunOptions(rawValue: 1 << 7)
    /// HOME of the target (`sudo -H`).
    package static let setHome = RunOptions(rawValue: 1 << 8)
    /// Keep the requester's groups (`sudo -P`).
    package static let preserveGroups = RunOptions(rawValue: 1 << 9)
    /// The command gets a terminal of its own.
    package static let terminal = RunOptions(rawValue: 1 << 10)

    /// The arguments are files to edit (`sudo -e`).
    package static let edit = RunOptions(rawValue: 1 << 11)

    /// Wait for nobody: what others have to approve is refused (`sudo -n`, which ends at once whatever is missing).
    package static let waitsForNobody = RunOptions(rawValue: 1 << 12)

    package static let all = RunOptions(rawValue: (1 << 13) - 1)
    package static let anyShell = RunOptions(rawValue: shell.rawValue | loginShell.rawValue)
}

/// Standard streams of a process.
package struct StandardStreams: FieldOptions, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let input = StandardStreams(rawValue: 1 << 0)
    package static let output = StandardStreams(rawValue: 1 << 1)
    package static let error = StandardStreams(rawValue: 1 << 2)

    package static let all = StandardStreams(rawValue: input.rawValue | output.rawValue | error.rawValue)

    /// How many descriptors come with the message.
    package var count: Int { rawValue.nonzeroBitCount }
}

/// One variable of an environment.
package struct SentVariable: Sendable, Hashable {
    package var name: String
    package var value: String
    /// Named on the command line (`NAME=value`, `--preserve-env=NAME`): refused aloud where it may not be kept.
    package var isAskedFor: Bool

    package init(name: String, value: String, isAskedFor: Bool = false) {
        self.name = name
        self.value = value
        self.isAskedFor = isAskedFor
    }
}

extension SentVariable: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, name)
        writer.put(2, value)
        writer.put(3, isAskedFor)
    }

    /// A name without `=`, and not empty: `A=B` named `A=B` would set another variable than the one that was judged.
    init(from reader: inout FieldReader) throws(ProtocolError) {
        name = try reader.required(1)
        guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "=")) else { throw .invalidValue(tag: 1) }
        value = try reader.required(2)
        isAskedFor = try reader.required(3)
    }
}

/// The size of a terminal, in characters.
package struct TerminalSize: Sendable, Hashable {
    package var rows: UInt16
    package var columns: UInt16

    package init(rows: UInt16, columns: UInt16) {
        self.rows = rows
        self.columns = columns
    }
}

extension TerminalSize: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, rows)
        writer.put(2, columns)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        rows = try reader.required(1)
        columns = try reader.required(2)
    }
}
