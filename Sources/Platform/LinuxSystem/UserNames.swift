private import Glibc

/// Names of users as this host's name services tell them (getpwuid_r(3)): files first, then whatever nsswitch.conf names.
package enum UserNames {
    /// Nil when the id has no name.
    package static func name(of user: UInt32) -> String? {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var size = 1024
        while size <= 1 << 20 {
            let buffer = UnsafeMutablePointer<CChar>.allocate(capacity: size)
            defer { buffer.deallocate() }
            let status = getpwuid_r(user, &entry, buffer, size, &found)
            if status == ERANGE {
                size *= 4
                continue
            }
            // SAFETY: on success the entry's strings point into `buffer`, which is still allocated; the name is copied.
            guard status == 0, found != nil, let name = entry.pw_name else { return nil }
            return String(cString: name)
        }
        return nil
    }
}
