import HostModel
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

    /// Which of `paths` some package lists. Absent where the host does not use dpkg.
    func packaged(among paths: Set<String>) -> Observation<Set<String>> {
        do throws(SystemError) {
            let directory = try tree.directory(Self.directory)
            let lists = try directory.entries().map(\.name).filter { $0.hasSuffix(".list") }
            let programs = Set(paths.compactMap { $0.split(separator: "/").last.map { String($0) } })
            let diversions = try Diversions(tree)
            var search = PathSearch(paths.map { ($0, diversions.listedName(of: $0)) })
            for list in likelyFirst(lists, programs) where !search.isDone {
                let package = String(list.dropLast(".list".count).prefix { $0 != ":" })
                search.take(try directory.prefix(of: list, limit: 16 << 20)) { path in
                    diversions.mayOwn(package, path)
                }
            }
            if lists.isEmpty { return unknown(why: "dpkg has no file lists") }
            return .seen(search.found, from: Self.directory)
        } catch {
            if !error.isAbsence { return .unseen(error.gap(Self.directory)) }
            let usesRPM = ["/usr/lib/sysimage/rpm", "/var/lib/rpm"].contains { tree.hasFile($0) }
            return unknown(why: usesRPM ? "the database of rpm is not read" : "there is no \(Self.directory)")
        }
    }

    private func unknown(why: String) -> Observation<Set<String>> {
        .unseen(Gap(what: "which files packages brought", why: why))
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
    /// The path on the host by the name that a list would have for it.
    private var missing: [[UInt8]: String] = [:]
    private let lengths: Set<Int>

    /// Packages from before `/bin` and `/usr/bin` were one list the old place.
    ///
    /// - Parameter paths: each with the name that the list of its package has for it.
    init(_ paths: [(path: String, listed: String)]) {
        for (path, listed) in paths {
            missing[Array(listed.utf8)] = path
            if listed.hasPrefix("/usr/") { missing[Array(listed.utf8.dropFirst(4))] = path }
        }
        lengths = Set(missing.keys.map(\.count))
    }

    var isDone: Bool { missing.isEmpty }

    mutating func take(_ list: [UInt8], where mayOwn: (String) -> Bool) {
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
            guard let path = missing[line], mayOwn(path) else { continue }
            found.insert(path)
            missing = missing.filter { $0.value != path }
        }
    }
}

/// Files that dpkg puts to another place than their package says (dpkg-divert(1)): three lines each, the path, where it goes instead, and
/// the package whose own file may stand at the path; `:` for the administrator.
private struct Diversions {
    /// The path in its package's list by the path on the host.
    private var original: [String: String] = [:]
    /// Who may have a file at a diverted path.
    private var owner: [String: String] = [:]

    init(_ tree: FileTree) throws(SystemError) {
        let lines: [Substring]
        do throws(SystemError) {
            lines = try tree.lines(of: "/var/lib/dpkg/diversions")
        } catch {
            if error.isAbsence { return }
            throw error
        }
        for index in stride(from: 0, to: lines.count - 2, by: 3) {
            original[Self.merged(lines[index + 1])] = String(lines[index])
            owner[Self.merged(lines[index])] = String(lines[index + 2])
        }
    }

    func listedName(of path: String) -> String { original[Self.merged(path[...])] ?? path }

    /// Whether the file at `path` can be the one that `package` lists: its own was moved away otherwise.
    func mayOwn(_ package: String, _ path: String) -> Bool {
        owner[Self.merged(path[...])].map { $0 == package } ?? true
    }

    /// Without `/usr`, so that both names of one place are one.
    private static func merged(_ path: Substring) -> String {
        String(path.hasPrefix("/usr/") ? path.dropFirst(4) : path)
    }
}
