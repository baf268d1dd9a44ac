/// A process id as the initial pid namespace sees it. Alone it does not name a process: ids are reused, so `HostProcess` carries
/// the start time too.
package struct ProcessID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: Int32

    package init(_ rawValue: Int32) { self.rawValue = rawValue }

    package static func < (left: ProcessID, right: ProcessID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { "\(rawValue)" }
}

/// A numeric user id (`uid_t`).
package struct UserID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package static let root = UserID(0)
    package static func < (left: UserID, right: UserID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { "\(rawValue)" }
}

/// A numeric group id (`gid_t`).
package struct GroupID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(_ rawValue: UInt32) { self.rawValue = rawValue }

    package static let root = GroupID(0)
    package static func < (left: GroupID, right: GroupID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { "\(rawValue)" }
}

/// The inode number of a network namespace on nsfs, as `readlink /proc/PID/ns/net` shows it.
package struct NamespaceID: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(_ rawValue: UInt64) { self.rawValue = rawValue }

    package static func < (left: NamespaceID, right: NamespaceID) -> Bool { left.rawValue < right.rawValue }
    package var description: String { "net:[\(rawValue)]" }
}
