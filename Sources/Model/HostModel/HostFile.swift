/// A file or directory as stat(2) shows it, by the path it was reached under in the tree that was looked at.
package struct HostFile: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case regular, directory, link, other
    }

    package var path: String
    package var kind: Kind
    package var owner: UserID
    package var group: UInt32
    /// The low 12 bits of the mode: permissions, sticky, set-group-id, set-user-id.
    package var permissions: UInt16
    /// Seconds since the epoch of the last change of content.
    package var modifiedAt: Int64

    package init(
        path: String, kind: Kind, owner: UserID, group: UInt32, permissions: UInt16, modifiedAt: Int64 = 0
    ) {
        self.path = path
        self.kind = kind
        self.owner = owner
        self.group = group
        self.permissions = permissions
        self.modifiedAt = modifiedAt
    }

    /// Four octal digits: `0640`.
    package var permissionText: String {
        let digits = String(permissions, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    package var isWritableByAnyone: Bool { permissions & 0o002 != 0 }
    package var isReadableByAnyone: Bool { permissions & 0o004 != 0 }
    package var isWritableByGroup: Bool { permissions & 0o020 != 0 }
    /// Anybody but the owner has some access.
    package var isOpenToOthers: Bool { permissions & 0o077 != 0 }
}
