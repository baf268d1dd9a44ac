/// The home of one account, and what in it opens doors.
package struct HomeDirectory: Sendable, Hashable {
    /// One line of an authorized_keys file (sshd(8)); the key itself is not kept.
    package struct AuthorizedKey: Sendable, Hashable {
        /// `ssh-ed25519`, `ssh-rsa`, …
        package var type: String
        /// Length of the modulus of an RSA or DSA key; nil for others.
        package var bits: Int?
        /// Names of its options (`from`, `command`, `restrict`), lower case.
        package var options: [String]
        package var comment: String
        /// `path:line`
        package var location: String

        package init(type: String, bits: Int?, options: [String], comment: String, location: String) {
            self.type = type
            self.bits = bits
            self.options = options
            self.comment = comment
            self.location = location
        }
    }

    package var account: String
    package var userID: UserID
    /// The directory itself; absent when it does not exist.
    package var directory: Observation<HostFile>
    package var authorizedKeys: Observation<[AuthorizedKey]>
    /// Files that are secret or that give access: private keys, authorized_keys, `.netrc`, `.rhosts`, cloud and registry credentials.
    package var sensitiveFiles: Observation<[HostFile]>

    package init(
        account: String, userID: UserID, directory: Observation<HostFile>,
        authorizedKeys: Observation<[AuthorizedKey]>, sensitiveFiles: Observation<[HostFile]>
    ) {
        self.account = account
        self.userID = userID
        self.directory = directory
        self.authorizedKeys = authorizedKeys
        self.sensitiveFiles = sensitiveFiles
    }
}
