package import LinuxSystem

/// Which programs may be given a message: those that `configuration.yaml` lists, when nobody but the owners could have changed them.
package struct AllowedCommands: Sendable, Hashable {
    package var listed: [String]
    package var ownership: TrustedOwnership
    /// The file that lists them, for errors.
    package var configuration: String

    package init(listed: [String], ownership: TrustedOwnership, configuration: String) {
        self.listed = listed
        self.ownership = ownership
        self.configuration = configuration
    }

    package func command(_ path: String) throws(NotifyCommandError) -> NotifyCommand {
        try NotifyCommand(path, allowed: listed, ownership: ownership, configuration: configuration)
    }
}
