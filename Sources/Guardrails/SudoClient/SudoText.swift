internal import BrokerProtocol

/// What bailey-sudo says that scripts and people know from sudo: its first lines, in its words where programs look for them.
package enum SudoText {
    /// The version of sudo(8) whose command line is spoken here, on the line that programs look for a version on.
    static let spokenVersion = "1.9.13p3"
    package static let version = "0.1.0"

    static var versionLines: String {
        """
        Sudo version \(spokenVersion) (command line; bailey-sudo \(version))
        Bailey's protocol version \(ProtocolVersion.current)

        """
    }

    /// `usage:` lines, as sudo's: the forms there are, what each takes.
    static func usage(_ program: String) -> String {
        let shared = "[-ABkNnS]"
        let target = "[-g group] [-h host] [-p prompt]"
        let running = "[-C num] [-D directory] \(target) [-T timeout] [-u user]"
        if program == "sudoedit" {
            return lines(["sudoedit -h | -V", "sudoedit \(shared) \(running) file ..."])
        }
        return lines([
            "sudo -h | -K | -k | -V", "sudo -v \(shared) \(target) [-u user]",
            "sudo -l \(shared) \(target) [-U user] [-u user] [command [arg ...]]",
            "sudo [-ABbEHkNnPS] \(running) [VAR=value] [-i | -s] [command [arg ...]]",
            "sudo -e \(shared) \(running) file ...",
        ])
    }

    private static func lines(_ forms: [String]) -> String { forms.map { "usage: \($0)\n" }.joined() }

    static func help(_ program: String) -> String {
        let purpose = program == "sudoedit" ? "edit files" : "run a command"
        var text =
            "\(program) - \(purpose) with the rights of another user, where the policy and an approver allow it\n\n"
        text += usage(program) + "\nOptions:\n"
        let options = (program == "sudoedit" ? SudoOption.Program.editor : .sudo).options
        for option in options + SudoOption.own {
            guard let meaning = meanings[option.id] else { continue }
            let letter = option.id == "help" || option.id == "host" ? "h" : option.id
            let short = letter.count == 1 ? "-\(letter), " : "    "
            let value =
                switch option.value {
                case .none: ""
                case .required: "=\(option.name)"
                case .optional: "[=list]"
                }
            let name = "  \(short)--\(option.name)\(value)"
            text += name + String(repeating: " ", count: max(1, 34 - name.count)) + meaning + "\n"
        }
        return text + "      --                          what follows is the command\n"
    }

    private static let meanings = [
        "A": "ask for passwords by the program that SUDO_ASKPASS names",
        "b": "leave the command in the background", "B": "ring the bell when asking",
        "C": "not offered: descriptors above 2 are always closed", "D": "run it in this directory",
        "E": "keep what the rule lets be kept of the environment, or the variables named",
        "e": "edit files instead", "g": "run it with this group", "H": "set HOME to the target's",
        "help": "show this", "host": "this host's own name, no other", "i": "run the target's login shell",
        "K": "forget all proofs given", "k": "forget the proofs given; with a command, for that command",
        "l": "list what may be run; twice: at length", "n": "ask nothing",
        "N": "changes nothing: no proof is ever kept", "P": "keep one's own groups",
        "p": "ask for the password in these words", "R": "not offered", "r": "not offered",
        "S": "read passwords from standard input", "s": "run a shell", "t": "not offered",
        "T": "end the command after this time", "U": "with -l: whose rights are listed",
        "u": "run it as this user", "V": "show the version",
        "v": "prove who is there, run nothing; the proof is not kept (--keep-session keeps approvals)",
        "reason": "why it is needed (BAILEY_REASON)",
        "session": "the task that approvals are for (BAILEY_SESSION_ID)",
        "keep-session": "let the approval stand for the same command in this session",
        "untrusted": "prompted by untrusted content (BAILEY_UNTRUSTED_SOURCE=1)",
    ]

    static let passwordRequired = "a password is required"
    static let noPassword = "no password was provided"
    static let terminalRequired =
        "a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper"
    static let noAskpass = "no askpass program specified, try setting SUDO_ASKPASS"
    static let notAHostOfOurs = "a remote host may only be specified when listing privileges."

    /// What sudo says to who may not.
    static func denied(_ person: String, _ arguments: [String], target: String, host: String) -> String {
        "Sorry, user \(person) is not allowed to execute '\(arguments.joined(separator: " "))' as \(target) on \(host)."
    }

    /// What sudo says to whom no rule lets do anything.
    static func mayNothing(_ person: String, host: String) -> String {
        "Sorry, user \(person) may not run sudo on \(host)."
    }

    static func wrongPasswords(_ count: Int) -> String {
        "\(count) incorrect password attempt\(count == 1 ? "" : "s")"
    }
}
