/// Something that could not be seen, and why. A result with gaps is incomplete and says so; a gap is never an empty list.
package struct Gap: Hashable, Sendable {
    /// What was to be read, in words: "processes of other users", "/etc/shadow".
    package let what: String
    /// Why it could not be: the system's own reason.
    package let why: String
    /// What closes the gap, when somebody can: "run as root".
    package let remedy: String?

    package init(what: String, why: String, remedy: String? = nil) {
        self.what = what
        self.why = why
        self.remedy = remedy
    }
}
