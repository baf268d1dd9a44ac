private import CLinux
private import Glibc

/// Files that are looked at again and again, and the directories on the way to them.
package struct WatchedPaths: Sendable, Hashable {
    /// Every directory and every file once, the upper first.
    fileprivate let names: [String]

    /// - Parameter paths: absolute, without `..`; any other is never glanced at.
    package init(_ paths: [String]) {
        var names: [String] = []
        for path in paths {
            let ends = path.utf8.indices.filter { $0 > path.startIndex && path.utf8[$0] == UInt8(ascii: "/") }
            for name in ["/"] + ends.map({ String(path[..<$0]) }) + [path] where !names.contains(name) {
                names.append(name)
            }
        }
        let isPlain = paths.allSatisfy { $0.isAbsolutePath && !$0.pathNames.contains("..") }
        self.names = isPlain ? names : []
    }

    /// How they are now; nil where a glance would not do: a link is on the way, something cannot be looked at, or was changed a moment ago.
    package func glance() -> PathGlance? { names.isEmpty ? nil : PathGlance(names) }
}

/// What names lead to, by one stat(2) each: equal to an earlier glance for as long as no directory on the way and none of the files was
/// changed, renamed, replaced or mounted over. It says that nothing happened, not that anything is well: what a path leads to is checked
/// by a walk (`TrustedFile`), and only then not checked again.
package struct PathGlance: Sendable, Hashable {
    private struct Place: Hashable {
        let device, inode: UInt64
        let mode, owner, group: UInt32
        let size, modifiedAt, changedAt: Int64
    }

    /// Nil for what is not there.
    private var places: [Place?] = []

    /// How long after a change a file may be changed again under the same times: the kernel counts them in ticks, of 10 ms at most.
    private static let tick = 20_000_000

    fileprivate init?(_ names: [String]) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let settled = nanoseconds(now) - Int64(Self.tick)
        places.reserveCapacity(names.count)
        for name in names {
            var status = stat()
            guard lstat(name, &status) == 0 else {
                guard errno == ENOENT else { return nil }
                places.append(nil)
                continue
            }
            guard status.st_mode & S_IFMT != S_IFLNK, nanoseconds(status.st_ctim) < settled else { return nil }
            places.append(
                Place(
                    device: UInt64(status.st_dev), inode: UInt64(status.st_ino), mode: status.st_mode,
                    owner: status.st_uid, group: status.st_gid, size: Int64(status.st_size),
                    modifiedAt: nanoseconds(status.st_mtim), changedAt: nanoseconds(status.st_ctim)))
        }
    }
}

private func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec) }
