/// The rules of doas.conf(5), in the order they are written: the last one that matches decides.
package struct DoasPolicy: Sendable, Hashable {
    package struct Rule: Sendable, Hashable {
        package var permits: Bool
        /// `nopass`, `persist`, `keepenv`, `nolog`; `setenv` without its variables.
        package var options: Set<String>
        /// A user, `:group`, or a numeric id.
        package var identity: String
        /// Whom it may run as; nil for anybody.
        package var target: String?
        /// Nil for every command.
        package var command: String?
        /// Nil for any arguments.
        package var arguments: [String]?
        /// `path:line`
        package var location: String

        package init(
            permits: Bool, options: Set<String>, identity: String, target: String?, command: String?,
            arguments: [String]?, location: String
        ) {
            self.permits = permits
            self.options = options
            self.identity = identity
            self.target = target
            self.command = command
            self.arguments = arguments
            self.location = location
        }
    }

    package var rules: [Rule] = []
    /// Lines that could not be understood, as `path:line`. doas itself then refuses everything.
    package var malformed: [String] = []
    package var files: [HostFile] = []

    package init() {}
}
