/// The options and operands of one command line, as its command's syntax allows them.
struct ParsedArguments: Sendable, Hashable {
    /// By option name, in the order given; a switch has one empty value.
    var values: [String: [String]] = [:]
    var operands: [String] = []

    func has(_ option: CommandOption) -> Bool { values[option.name] != nil }
    func value(of option: CommandOption) -> String? { values[option.name]?.last }
    func values(of option: CommandOption) -> [String] { values[option.name] ?? [] }

    /// The value as one of an enum's raw values, which the option lists as its choices.
    func choice<Value: RawRepresentable<String>>(_ option: CommandOption, as type: Value.Type) -> Value? {
        value(of: option).flatMap(type.init)
    }
}

/// A command line that was not understood.
struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String
    /// The command whose help would have told; nil for the program's own.
    var command: String?

    init(_ description: String, command: String? = nil) {
        self.description = description
        self.command = command
    }
}
