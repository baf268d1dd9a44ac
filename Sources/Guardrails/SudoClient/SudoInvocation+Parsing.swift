private import BrokerProtocol

extension SudoInvocation {
    /// Takes apart a command line as sudo does. `program` is the name it was called by: `sudoedit` means `-e`.
    package init(program: String = "sudo", _ arguments: [String]) throws(SudoUsageError) {
        let isEditor = program.split(separator: "/").last == "sudoedit"
        var reader = SudoArgumentReader(arguments, isEditor: isEditor)
        self.init()
        try reader.read(into: &self)
        try conclude(reader)
    }

    /// The rules that hold between options, in sudo's order, for the first that is broken names the message.
    private mutating func conclude(_ reader: SudoArgumentReader) throws(SudoUsageError) {
        let isShell = !options.isDisjoint(with: .anyShell)
        let implied: Mode =
            if reader.isEditor { .edit } else {
                options.contains(.forgetProof) && arguments.isEmpty && !isShell ? .forgetProof : .run
            }
        mode = reader.mode ?? implied
        if options.contains(.loginShell) {
            if options.contains(.shell) { throw SudoUsageError("you may not specify both the -i and -s options") }
            if reader.preservesAll { throw SudoUsageError("you may not specify both the -i and -E options") }
        }
        guard reader.flags.allSatisfy(mode.flags.contains) else { throw SudoUsageError() }
        if mode == .edit, reader.preservesAll { throw SudoUsageError("the -E option is not valid in edit mode") }
        if mode == .edit, !environment.isEmpty {
            throw SudoUsageError("you may not specify environment variables in edit mode")
        }
        if otherUser != nil, !mode.isList { throw SudoUsageError("the -U option may only be used with the -l option") }
        if usesAskpass, readsStandardInput { throw SudoUsageError("the -A and -S options may not be used together") }
        let takesArguments = mode == .run || mode == .edit || mode.isList
        guard takesArguments || arguments.isEmpty else { throw SudoUsageError() }
        if arguments.isEmpty, mode == .edit || mode == .run && !isShell { throw SudoUsageError() }
    }
}

extension SudoInvocation.Mode {
    fileprivate var isList: Bool { if case .list = self { true } else { false } }

    /// The letters of those options that change how a command runs and that this mode takes.
    fileprivate var flags: [String] {
        switch self {
        case .run: ["b", "E", "H", "i", "n", "P", "s"]
        case .edit, .list, .validate: ["n"]
        case .forgetProof, .forgetAllProofs, .version, .help: []
        }
    }
}

/// Walks over the arguments up to the command, as getopt_long(3) does with `+`, and over variables in between.
private struct SudoArgumentReader {
    private var rest: ArraySlice<String>
    /// Called as `sudoedit`: editing is meant where no option says otherwise, and other options are there.
    let isEditor: Bool
    var mode: SudoInvocation.Mode?
    var flags: [String] = []
    /// `-N`
    private var isNotUpdating = false
    /// `-E`, or `--preserve-env` without a list.
    var preservesAll = false

    private var program: SudoOption.Program { isEditor ? .editor : .sudo }

    init(_ arguments: [String], isEditor: Bool) {
        rest = arguments[...]
        self.isEditor = isEditor
    }

    mutating func read(into invocation: inout SudoInvocation) throws(SudoUsageError) {
        while let argument = rest.first {
            if argument == "--" {
                rest.removeFirst()
                break
            } else if argument.hasPrefix("--") {
                rest.removeFirst()
                try readLong(argument.dropFirst(2), into: &invocation)
            } else if argument.hasPrefix("-"), argument != "-" {
                rest.removeFirst()
                try readLetters(argument.dropFirst(), into: &invocation)
            } else if let variable = Self.variable(argument) {
                rest.removeFirst()
                invocation.environment.append(variable)
            } else {
                break
            }
        }
        invocation.arguments = Array(rest)
    }

    /// Anything with `=` in it that does not begin like a path.
    private static func variable(_ argument: String) -> SentVariable? {
        guard !argument.hasPrefix("/"), let equals = argument.firstIndex(of: "=") else { return nil }
        return SentVariable(
            name: String(argument[..<equals]), value: String(argument[argument.index(after: equals)...]),
            isAskedFor: true)
    }

    private mutating func readLong(_ text: Substring, into invocation: inout SudoInvocation) throws(SudoUsageError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let option = try program.named(parts[0])
        var value = parts.count == 2 ? parts[1] : nil
        if option.value == .none, value != nil {
            throw SudoUsageError("option '--\(option.name)' doesn't allow an argument")
        }
        if option.value == .required, value == nil {
            guard let next = rest.popFirst() else {
                throw SudoUsageError("option '--\(option.name)' requires an argument")
            }
            value = next
        }
        try take(option.id, value, into: &invocation)
    }

    private mutating func readLetters(_ text: Substring, into invocation: inout SudoInvocation) throws(SudoUsageError) {
        var letters = text
        while let letter = letters.popFirst() {
            guard let option = program.lettered(letter) else {
                throw SudoUsageError("invalid option -- '\(letter)'")
            }
            guard option.value != .none else {
                try take(option.id, nil, into: &invocation)
                continue
            }
            var value: String? = letters.isEmpty ? nil : String(letters)
            letters = ""
            if option.value == .required, value == nil {
                guard let next = rest.popFirst() else {
                    throw SudoUsageError("option requires an argument -- '\(letter)'")
                }
                value = next
            }
            try take(option.id, value, into: &invocation)
        }
    }

    private mutating func take(
        _ id: String, _ value: String?, into invocation: inout SudoInvocation
    ) throws(SudoUsageError) {
        if try takeMode(id, value, into: &invocation) || takeFlag(id, value, into: &invocation) { return }
        let value = value ?? ""
        switch id {
        case "A": invocation.usesAskpass = true
        case "B": invocation.ringsBell = true
        case "S": invocation.readsStandardInput = true
        case "k":
            if isNotUpdating { throw Self.oneOfProofs }
            invocation.options.insert(.forgetProof)
        case "N":
            // A proof is never kept, so there is nothing to be left as it is.
            if mode == .forgetAllProofs || invocation.options.contains(.forgetProof) { throw Self.oneOfProofs }
            isNotUpdating = true
        case "keep-session": invocation.options.insert(.keepSession)
        case "untrusted": invocation.options.insert(.untrusted)
        case "p": invocation.prompt = value
        case "reason": invocation.reason = value
        case "session": invocation.session = value
        case "C":
            guard let number = Int(value), number >= 3 else {
                throw SudoUsageError("the argument to -C must be a number greater than or equal to 3")
            }
            invocation.closeFrom = number
        default: try takeName(id, value, into: &invocation)
        }
    }

    private static let oneOfProofs = SudoUsageError("Only one of the -K, -k or -N options may be specified")

    /// Names, which are never empty.
    private func takeName(_ id: String, _ value: String, into invocation: inout SudoInvocation) throws(SudoUsageError) {
        guard !value.isEmpty else { throw SudoUsageError() }
        switch id {
        case "D": invocation.directory = value
        case "g": invocation.group = value
        case "host": invocation.host = value
        case "R": invocation.root = value
        case "r": invocation.role = value
        case "t": invocation.type = value
        case "T": invocation.timeout = value
        case "U": invocation.otherUser = value
        default: invocation.user = value
        }
    }

    /// Options of which there is one at most.
    private mutating func takeMode(
        _ id: String, _ value: String?, into invocation: inout SudoInvocation
    ) throws(SudoUsageError) -> Bool {
        switch id {
        case "e": try set(.edit)
        case "K":
            if isNotUpdating { throw Self.oneOfProofs }
            try set(.forgetAllProofs)
        case "l": try set(mode == nil ? .list(isLong: false) : .list(isLong: true))
        case "v": try set(.validate)
        case "V": try set(.version)
        case "help": try set(.help)
        case "h":
            // `-h HOST` is a host where something that is neither an option nor a variable follows, and a command may follow that.
            let next = rest.first.flatMap { $0.hasPrefix("-") || Self.variable($0) != nil ? nil : $0 }
            if value == nil, next != nil { rest.removeFirst() }
            guard let host = value ?? next else {
                try set(.help)
                break
            }
            invocation.host = host
        default: return false
        }
        return true
    }

    private mutating func set(_ new: SudoInvocation.Mode) throws(SudoUsageError) {
        // What is only implied gives way to what is asked about the program itself, of which the last counts.
        let conflicts =
            if isEditor { new != .help && new != .version } else {
                mode.map { $0 != new && !($0.isList && new.isList) } ?? false
            }
        if conflicts {
            throw SudoUsageError("Only one of the -e, -h, -i, -K, -l, -s, -v or -V options may be specified")
        }
        mode = new
    }

    /// Options that change how a command runs.
    private mutating func takeFlag(_ id: String, _ value: String?, into invocation: inout SudoInvocation) -> Bool {
        if id == "E", let value {
            invocation.preservedNames += value.split(separator: ",").map(String.init)
            return true
        }
        switch id {
        case "E": invocation.options.insert(.preserveEnvironment)
        case "H": invocation.options.insert(.setHome)
        case "i": invocation.options.insert(.loginShell)
        case "n": invocation.options.insert(.nonInteractive)
        case "P": invocation.options.insert(.preserveGroups)
        case "s": invocation.options.insert(.shell)
        case "b": invocation.isBackground = true
        default: return false
        }
        flags.append(id)
        if id == "E" { preservesAll = true }
        return true
    }
}
