/// A host's sudoers(5): who may run what as whom, aliases resolved where they are used.
package struct SudoPolicy: Sendable, Hashable {
    /// One user specification, one command list of it.
    package struct Rule: Sendable, Hashable {
        /// Names, `%group`, `#uid`, `ALL`; `!` in front negates.
        package var users: [String]
        package var hosts: [String]
        /// Whom it may run as; root when none is written.
        package var runAs: [String]
        /// Commands with their arguments, `ALL`, `sudoedit …`; `!` in front negates.
        package var commands: [String]
        /// Upper case, in force for these commands: `NOPASSWD`, `NOEXEC`, `SETENV`.
        package var tags: Set<String>
        /// `path:line`
        package var location: String

        package init(
            users: [String], hosts: [String], runAs: [String], commands: [String], tags: Set<String>, location: String
        ) {
            self.users = users
            self.hosts = hosts
            self.runAs = runAs
            self.commands = commands
            self.tags = tags
            self.location = location
        }

        package var asksNoPassword: Bool { tags.contains("NOPASSWD") }
        /// Grants every command, so the holder is root in all but name.
        package var grantsEverything: Bool { commands.contains("ALL") }
    }

    /// One setting of a `Defaults` line.
    package struct Default: Sendable, Hashable {
        package var name: String
        /// Nil for a flag.
        package var value: String?
        /// `!name`: switched off.
        package var isNegated: Bool
        /// What it is limited to (`:user`, `@host`, `>runas`, `!command`); nil when it applies to all.
        package var scope: String?
        /// The users of a scope that names users, aliases resolved.
        package var users: [String] = []
        /// `path:line`
        package var location: String

        package init(name: String, value: String?, isNegated: Bool, scope: String?, location: String) {
            self.name = name
            self.value = value
            self.isNegated = isNegated
            self.scope = scope
            self.location = location
        }
    }

    package var rules: [Rule] = []
    package var defaults: [Default] = []
    package var files: [HostFile] = []
    /// Lines that could not be understood, as `path:line`.
    package var malformed: [String] = []
    /// Rules that are kept elsewhere than in files.
    package var gaps: [Gap] = []

    package init() {}

    /// The setting in force for everybody: the last one written wins (sudoers(5)).
    package func setting(_ name: String) -> Default? { defaults.last { $0.name == name && $0.scope == nil } }
}
