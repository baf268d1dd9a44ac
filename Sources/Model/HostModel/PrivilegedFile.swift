/// A program that gives whoever runs it rights they do not have: set-user-id, set-group-id or file capabilities.
package struct PrivilegedFile: Sendable, Hashable {
    package var file: HostFile
    /// Names of its permitted file capabilities (capabilities(7)): `cap_net_raw`.
    package var capabilities: [String]
    /// Whether some installed package lists it; nil where package lists could not be read.
    package var isPackaged: Bool?

    package init(file: HostFile, capabilities: [String], isPackaged: Bool?) {
        self.file = file
        self.capabilities = capabilities
        self.isPackaged = isPackaged
    }

    package var isSetUserID: Bool { file.permissions & 0o4000 != 0 }
    package var isSetGroupID: Bool { file.permissions & 0o2000 != 0 }
}

/// The programs that give rights away which were found, and how far the search went.
package struct PrivilegedFileSurvey: Sendable, Hashable {
    package var files: [PrivilegedFile]
    /// Files and directories that were looked at.
    package var examined: Int
    /// Directories that only root may enter: what is in them nobody else can run, so it was not looked at.
    package var closedDirectories: Int
    /// Where file systems are mounted on which such rights have no effect (`nosuid`, mount(8)).
    package var inertMounts: [String]
    package var gaps: [Gap]

    package init(
        files: [PrivilegedFile], examined: Int, closedDirectories: Int = 0, inertMounts: [String] = [], gaps: [Gap] = []
    ) {
        self.files = files
        self.examined = examined
        self.closedDirectories = closedDirectories
        self.inertMounts = inertMounts
        self.gaps = gaps
    }
}

/// A file or directory that root runs, or finds programs in, and that somebody else than root can change.
package struct WritablePrivilegedPath: Sendable, Hashable {
    package enum Role: String, Sendable {
        case searchPath = "search path"
        case cron
        case systemdUnit = "systemd unit"
        case script = "start-up script"
        case library = "shared library path"
        case module = "PAM module"
        case configuration
    }

    package var file: HostFile
    package var role: Role
    /// Who can: "everybody", "group staff", "owner backup".
    package var writableBy: String

    package init(file: HostFile, role: Role, writableBy: String) {
        self.file = file
        self.role = role
        self.writableBy = writableBy
    }
}

/// The paths of that kind which were looked at, and those of them that others can change.
package struct PrivilegedPathSurvey: Sendable, Hashable {
    package var examined: Int
    package var writable: [WritablePrivilegedPath]
    package var gaps: [Gap]

    package init(examined: Int, writable: [WritablePrivilegedPath], gaps: [Gap]) {
        self.examined = examined
        self.writable = writable
        self.gaps = gaps
    }
}
