internal import Glibc

/// A change of how a terminal treats its input (termios(3)), undone when it goes out of scope.
package struct TerminalMode: ~Copyable {
    private let terminal: SharedDescriptor
    private let before: termios

    private init(_ terminal: SharedDescriptor, before: termios) {
        self.terminal = terminal
        self.before = before
    }

    /// Applies `change` to the terminal's settings. Output that is under way is let through; `discardingInput` throws away what was typed
    /// ahead.
    private static func changing(
        _ terminal: SharedDescriptor, discardingInput: Bool, _ change: (inout termios) -> Void
    ) throws(SystemError) -> TerminalMode {
        var settings = termios()
        let number = terminal.number
        try systemCall("read the mode of", on: "terminal") { tcgetattr(number, &settings) }
        let mode = TerminalMode(terminal, before: settings)
        change(&settings)
        try systemCall("set the mode of", on: "terminal") {
            tcsetattr(number, discardingInput ? TCSAFLUSH : TCSADRAIN, &settings)
        }
        return mode
    }

    /// Every byte as it is typed, nothing interpreted and nothing echoed: for relaying to another terminal.
    package static func raw(_ terminal: SharedDescriptor) throws(SystemError) -> TerminalMode {
        try changing(terminal, discardingInput: false) { cfmakeraw(&$0) }
    }

    /// For reading a secret: no echo, and every key, Ctrl-C too, comes as a byte, so that no signal can end us with the echo off.
    static func secret(_ terminal: SharedDescriptor) throws(SystemError) -> TerminalMode {
        try changing(terminal, discardingInput: true) { settings in
            settings.c_lflag &= ~tcflag_t(ECHO | ECHOE | ECHOK | ECHONL | ICANON | ISIG | IEXTEN)
        }
    }

    /// What keys mean to the user (stty(1)).
    struct Keys {
        let erase, kill, interrupt, end, suspend: UInt8
    }

    var keys: Keys {
        withUnsafeBytes(of: before.c_cc) {
            Keys(
                erase: $0[Int(VERASE)], kill: $0[Int(VKILL)], interrupt: $0[Int(VINTR)], end: $0[Int(VEOF)],
                suspend: $0[Int(VSUSP)])
        }
    }

    deinit {
        var settings = before
        // A terminal that is gone has no mode to restore.
        tcsetattr(terminal.number, TCSADRAIN, &settings)
    }
}
