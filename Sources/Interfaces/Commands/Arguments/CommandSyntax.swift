/// What a command looks like on the command line: its help is made of this, and its arguments are read by this.
struct CommandSyntax: Sendable, Hashable {
    /// One word, or a group and a word: `policy check`.
    let name: String
    /// One line for the list of commands.
    let summary: String
    /// What else a person should know, a paragraph each.
    var details: [String] = []
    var options: [CommandOption] = []
    var operands: [CommandOperand] = []
    /// Whether everything from the first operand on is one, dashes or not: a command line of another program's.
    var operandsEndOptions = false

    var words: [String] { name.split(separator: " ").map(String.init) }
    /// The first word of a name of two; nil for a command that stands alone.
    var group: String? { words.count > 1 ? words[0] : nil }
}

/// An option: `--name`, or `--name VALUE`.
struct CommandOption: Sendable, Hashable {
    /// Without the dashes.
    let name: String
    /// What stands for the value in the help; nil for a switch.
    let valueName: String?
    /// The values there are, where they can be told.
    let choices: [String]
    let mayRepeat: Bool
    let help: String
    /// `-u` for `--user`, where people know it from elsewhere.
    private(set) var letter: Character?

    private init(name: String, valueName: String?, choices: [String], mayRepeat: Bool, help: String) {
        self.name = name
        self.valueName = valueName
        self.choices = choices
        self.mayRepeat = mayRepeat
        self.help = help
    }

    static func flag(_ name: String, help: String) -> CommandOption {
        CommandOption(name: name, valueName: nil, choices: [], mayRepeat: false, help: help)
    }

    static func value(_ name: String, _ valueName: String, mayRepeat: Bool = false, help: String) -> CommandOption {
        CommandOption(name: name, valueName: valueName, choices: [], mayRepeat: mayRepeat, help: help)
    }

    /// One of a few words. The help names them all.
    static func choice(
        _ name: String, _ valueName: String, of choices: [String], mayRepeat: Bool = false, help: String
    ) -> CommandOption {
        CommandOption(name: name, valueName: valueName, choices: choices, mayRepeat: mayRepeat, help: help)
    }

    /// The same, which may be written with one letter too.
    func letter(_ letter: Character) -> CommandOption {
        var option = self
        option.letter = letter
        return option
    }

    /// `--name`, `--name VALUE`, or `-n, --name VALUE`.
    var usage: String {
        (letter.map { "-\($0), " } ?? "") + (valueName.map { "--\(name) \($0)" } ?? "--\(name)")
    }
}

/// An argument that is not an option.
struct CommandOperand: Sendable, Hashable {
    /// What stands for it in the help: `FILE`.
    let name: String
    var isRequired = true
    /// Only the last one of a command may.
    var mayRepeat = false
    let help: String

    /// `FILE`, `[FILE]`, `FILE…` or `[FILE…]`.
    var usage: String {
        let text = mayRepeat ? "\(name)…" : name
        return isRequired ? text : "[\(text)]"
    }
}
