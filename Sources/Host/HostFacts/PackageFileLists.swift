import LinuxSystem

/// Which files packages brought, as far as somebody asks: reading the lists of all packages takes longer than all else together, so
/// the package that usually brings a file is asked first.
struct PackageFileLists {
    private static let directory = "/var/lib/dpkg/info"
    /// Packages whose privileged programs have another name than they.
    private static let usualPackages = [
        "passwd": ["chage", "chfn", "chsh", "expiry", "gpasswd", "passwd"], "login": ["newgrp", "su", "login"],
        "util-linux": ["su", "wall"], "mount": ["mount", "umount"], "openssh-client": ["ssh-agent", "ssh-keysign"],
        "dbus": ["dbus-daemon-launch-helper"], "fuse3": ["fusermount3"], "fuse": ["fusermount"],
        "iputils-ping": ["ping"], "bsdextrautils": ["write"], "bsdutils": ["wall"], "cron": ["crontab"],
        "libpam-modules-bin": ["unix_chkpwd"], "libpam-modules": ["unix_chkpwd"], "policykit-1": ["pkexec"],
        "pkexec": ["pkexec"], "polkitd": ["polkit-agent-helper-1"], "uidmap": ["newuidmap", "newgidmap"],
        "systemd": ["systemd-detect-virt"], "libcap2-bin": ["setcap"], "mtr-tiny": ["mtr-packet"],
        "libgstreamer1.0-0": ["gst-ptp-helper"], "exim4-daemon-light": ["exim4"], "postfix": ["postdrop", "postqueue"],
        "screen": ["screen"], "plocate": ["plocate"], "chromium-sandbox": ["chrome-sandbox"],
    ]

    private let tree: FileTree

    init(_ tree: FileTree) { self.tree = tree }

    /// Which of `paths` some package lists; nil when the lists could not be read.
    func packaged(among paths: Set<String>) -> Set<String>? {
        do throws(SystemError) {
            let directory = try tree.directory(Self.directory)
            let lists = try directory.entries().map(\.name).filter { $0.hasSuffix(".list") }
            let programs = Set(paths.compactMap { $0.split(separator: "/").last.map { String($0) } })
            var search = PathSearch(paths)
            for list in likelyFirst(lists, programs) where !search.isDone {
                search.take(try directory.prefix(of: list, limit: 16 << 20))
            }
            return lists.isEmpty ? nil : search.found
        } catch {
            return nil
        }
    }

    private func likelyFirst(_ lists: [String], _ programs: Set<String>) -> [String] {
        let isLikely = lists.map { list in
            let package = String(list.dropLast(".list".count).prefix { $0 != ":" })
            return (Self.usualPackages[package] ?? [package]).contains(where: programs.contains)
        }
        return zip(lists, isLikely).filter(\.1).map(\.0) + zip(lists, isLikely).filter { !$0.1 }.map(\.0)
    }
}

/// Looks for paths in lists that have one path a line.
private struct PathSearch {
    private(set) var found: Set<String> = []
    private var missing: [[UInt8]: String] = [:]
    private let lengths: Set<Int>

    /// Packages from before `/bin` and `/usr/bin` were one list the old place.
    init(_ paths: Set<String>) {
        for path in paths {
            missing[Array(path.utf8)] = path
            if path.hasPrefix("/usr/") { missing[Array(path.utf8.dropFirst(4))] = path }
        }
        lengths = Set(missing.keys.map(\.count))
    }

    var isDone: Bool { missing.isEmpty }

    mutating func take(_ list: [UInt8]) {
        var hits: [[UInt8]] = []
        list.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                var end = start
                while end < bytes.count, bytes[end] != 0x0a { end += 1 }
                if lengths.contains(end - start) {
                    let line = Array(bytes[start..<end])
                    if missing[line] != nil { hits.append(line) }
                }
                start = end + 1
            }
        }
        for line in hits {
            guard let path = missing.removeValue(forKey: line) else { continue }
            found.insert(path)
            missing = missing.filter { $0.value != path }
        }
    }
}
