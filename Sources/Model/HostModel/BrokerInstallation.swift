/// The privilege broker as it stands on a host.
package struct BrokerInstallation: Sendable, Hashable {
    /// What its program is called, wherever it is installed.
    package static let programName = "bailey-broker"
    /// What stands in for sudo, under that name.
    package static let clientName = "bailey-sudo"
    package static let socketPath = "/run/bailey/broker.sock"
    package static let policyPath = "/etc/bailey/command-policy.yaml"
    /// Where its program may be.
    package static let programDirectories = [
        "/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin", "/usr/local/libexec/bailey",
        "/usr/libexec/bailey", "/usr/local/lib/bailey", "/usr/lib/bailey",
    ]

    package var program: HostFile
    /// Who else than root can put another program in its place; nil when nobody can.
    package var programWritableBy: String?
    /// Nil when nothing is at its socket's path.
    package var socket: HostFile?

    package init(program: HostFile, programWritableBy: String?, socket: HostFile?) {
        self.program = program
        self.programWritableBy = programWritableBy
        self.socket = socket
    }

    /// Whether a process is the broker: root's, and running the very program that is installed.
    package func isRun(by process: HostProcess) -> Bool {
        process.userID == .root && process.executable == program.path && !process.isExecutableElsewhere
            && programWritableBy == nil
    }
}

/// A file whose word is taken only when root alone could have written it.
package struct ProtectedDocument: Sendable, Hashable {
    package var file: HostFile
    package var bytes: [UInt8]
    /// Who else than root can change it, or a directory above it; nil when nobody can.
    package var writableBy: String?

    package init(file: HostFile, bytes: [UInt8], writableBy: String?) {
        self.file = file
        self.bytes = bytes
        self.writableBy = writableBy
    }
}
