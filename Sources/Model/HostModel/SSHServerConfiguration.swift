/// The settings a host's SSH server works with: what its files, its command line and its defaults come to together (sshd_config(5)).
package struct SSHServerConfiguration: Sendable, Hashable {
    /// A `Match` block: settings for the connections that meet its criteria.
    package struct ConditionalBlock: Sendable, Hashable {
        /// As written: `user backup address 10.0.0.0/8`.
        package var criteria: String
        package var settings: [String: [String]]
        /// `path:line`
        package var location: String

        package init(criteria: String, settings: [String: [String]], location: String) {
            self.criteria = criteria
            self.settings = settings
            self.location = location
        }
    }

    /// By keyword in lower case, the values in order; keywords that may stand more than once have one a line.
    package var settings: [String: [String]]
    /// Where each setting that is not a default was made: `path:line`, or the command line.
    package var locations: [String: String]
    package var conditionalBlocks: [ConditionalBlock]
    /// The private keys by which it proves who it is, as far as they are there.
    package var hostKeys: Observation<[HostFile]> = .notCollected("SSH host keys")
    /// Whether a server process with these settings was seen running; nil in a tree that is not running.
    package var isRunning: Bool?

    package init(
        settings: [String: [String]], locations: [String: String], conditionalBlocks: [ConditionalBlock],
        isRunning: Bool?
    ) {
        self.settings = settings
        self.locations = locations
        self.conditionalBlocks = conditionalBlocks
        self.isRunning = isRunning
    }

    /// The one value of a keyword that takes one.
    package func value(_ keyword: String) -> String? { settings[keyword]?.first }

    /// The items of a keyword that takes a comma-separated list.
    package func list(_ keyword: String) -> [String] {
        (settings[keyword] ?? []).flatMap { $0.split(separator: ",").map(String.init) }
    }

    /// Where a setting comes from, in words fit for evidence.
    package func origin(of keyword: String) -> String { locations[keyword] ?? "default of OpenSSH" }
}
