private import CLinux
private import Glibc

/// Our side of a terminal of a command's own (pty(7)). The command's session is alone with it: what it pushes into its input (`TIOCSTI`) is
/// read by itself, never by the shell of whoever asked for the command (CVE-2005-4890 and its kin).
package struct PseudoTerminal: Sendable {
    /// Reading and writing it do not wait. At the end, when the last process has closed its side, reading fails with EIO.
    package let master: SharedDescriptor
    /// The path of the command's side: `/dev/pts/4`.
    package let path: String

    /// Opens a terminal. The command's side is handed out once, for `Execution.Streams.terminal`, and to be let go of when the command
    /// runs: as long as we hold it our side never sees the end.
    package static func open() throws(SystemError) -> (terminal: PseudoTerminal, slave: SharedDescriptor) {
        var (master, slave): (Int32, Int32) = (-1, -1)
        try systemCall("open", on: "/dev/ptmx") { bailey_open_terminal(&master, &slave) }
        let (ours, theirs) = (SharedDescriptor(owning: master), SharedDescriptor(owning: slave))
        let number = try systemCall("name", on: "terminal") { bailey_terminal_number(master) }
        return (PseudoTerminal(master: ours, path: "/dev/pts/\(number)"), theirs)
    }

    /// Gives the command's side to its user, so that programs can open it by its name too; group and mode are those of mesg(1) `n`.
    package static func give(_ slave: SharedDescriptor, to user: UInt32, group: UInt32) throws(SystemError) {
        let number = slave.number
        try slave.descriptor.give(to: FileOwner(user: user, group: group), subject: "terminal")
        try systemCall("set permissions", on: "terminal") { fchmod(number, 0o600) }
    }

    /// Whether it shows what is typed (ECHO, termios(3)), as the command has set it by now; false when that is not to be told.
    package var isEchoing: Bool {
        var settings = termios()
        return tcgetattr(master.number, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    package var windowSize: WindowSize? {
        get { WindowSize(of: master) }
        nonmutating set { newValue?.apply(to: master) }
    }
}

/// How many characters a terminal shows.
package struct WindowSize: Sendable, Hashable {
    package var rows: UInt16
    package var columns: UInt16

    package init(rows: UInt16, columns: UInt16) {
        self.rows = rows
        self.columns = columns
    }

    /// Nil when the file is no terminal.
    package init?(of terminal: SharedDescriptor) {
        var (rows, columns): (UInt16, UInt16) = (0, 0)
        guard bailey_window_size(terminal.number, &rows, &columns) == 0 else { return nil }
        self.init(rows: rows, columns: columns)
    }

    /// The foreground process group is told by SIGWINCH. What is no terminal has no size to set, so there is nothing to fail.
    package func apply(to terminal: SharedDescriptor) { _ = bailey_set_window_size(terminal.number, rows, columns) }
}
