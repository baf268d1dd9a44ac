/// What polkit(8) lets through without anybody proving who they are.
package struct PolkitPolicy: Sendable, Hashable {
    /// An action whose own defaults say `yes` (`/usr/share/polkit-1/actions`).
    package struct OpenAction: Sendable, Hashable {
        package var id: String
        /// For whom: `allow_any`, `allow_inactive`, `allow_active`.
        package var settings: [String]
        /// The program that pkexec(1) runs by it, where it is for one.
        package var program: String?
        /// `path:line`
        package var location: String

        package init(id: String, settings: [String], program: String?, location: String) {
            self.id = id
            self.settings = settings
            self.program = program
            self.location = location
        }
    }

    /// An entry of a `.pkla` file that says `yes`: the older form of rules.
    package struct Entry: Sendable, Hashable {
        /// As written: `unix-user:ada`, `unix-group:sudo`.
        package var identities: [String]
        /// Action ids, `*` in them for anything.
        package var actions: [String]
        /// `ResultAny`, `ResultInactive`, `ResultActive`.
        package var settings: [String]
        /// `path:line`
        package var location: String

        package init(identities: [String], actions: [String], settings: [String], location: String) {
            self.identities = identities
            self.actions = actions
            self.settings = settings
            self.location = location
        }
    }

    /// A line of a rule written in JavaScript that may grant without proof. What it depends on only running it would tell.
    package struct Script: Sendable, Hashable {
        /// The line, for people.
        package var text: String
        /// `path:line`
        package var location: String

        package init(text: String, location: String) {
            self.text = text
            self.location = location
        }
    }

    package var openActions: [OpenAction] = []
    package var entries: [Entry] = []
    package var scripts: [Script] = []
    /// Files that were read.
    package var fileCount = 0
    package var gaps: [Gap] = []

    package init() {}
}
