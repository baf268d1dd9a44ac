import HostModel
import LinuxSystem

/// The packages that dpkg has installed, by name. The file has a record a package, several megabytes in all, of which two lines a
/// record matter: it is read as bytes.
struct PackageDatabase {
    private static let path = "/var/lib/dpkg/status"
    private let installed: Set<String>

    static func read(_ tree: FileTree) -> Observation<PackageDatabase> {
        switch tree.observe(path, limit: 64 << 20, PackageDatabase.init) {
        case .absent: .absent(why: "this host does not use dpkg", from: path)
        case let other: other
        }
    }

    init(_ bytes: [UInt8]) {
        let package = Array("Package: ".utf8)
        let status = Array("Status: ".utf8)
        let isInstalled = Array(" installed".utf8)
        var installed: Set<String> = []
        var name = 0..<0
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                var end = start
                while end < bytes.count, bytes[end] != 0x0a { end += 1 }
                let line = bytes[start..<end]
                if line.starts(with: package) {
                    name = (start + package.count)..<end
                } else if line.starts(with: status), line.suffix(isInstalled.count).elementsEqual(isInstalled) {
                    installed.insert(String(decoding: bytes[name], as: UTF8.self))
                }
                start = end + 1
            }
        }
        self.installed = installed
    }

    func contains(_ name: String) -> Bool { installed.contains(name) }
}

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
        guard case .seen(let names, _) = tree.observeNames(Self.directory) else { return nil }
        let lists = names.filter { $0.hasSuffix(".list") }
        var missing = paths
        var found: Set<String> = []
        for list in lists.sorted(by: { likelihood($0, paths) > likelihood($1, paths) }) {
            if missing.isEmpty { break }
            guard let bytes = try? tree.contents(of: "\(Self.directory)/\(list)", limit: 16 << 20) else { return nil }
            for path in Self.lines(in: bytes, among: missing) {
                missing.remove(path)
                found.insert(path)
            }
        }
        return found
    }

    private func likelihood(_ list: String, _ paths: Set<String>) -> Int {
        let package = list.dropLast(".list".count).prefix { $0 != ":" }
        let programs = Self.usualPackages[String(package)] ?? [String(package)]
        return paths.contains { path in programs.contains { path.hasSuffix("/\($0)") } } ? 1 : 0
    }

    /// A list has one path a line. Packages from before `/bin` and `/usr/bin` were one list the old place.
    private static func lines(in bytes: [UInt8], among paths: Set<String>) -> [String] {
        var wanted: [[UInt8]: String] = [:]
        for path in paths {
            wanted[Array(path.utf8)] = path
            if path.hasPrefix("/usr/") { wanted[Array(path.utf8.dropFirst(4))] = path }
        }
        let lengths = Set(wanted.keys.map(\.count))
        var hits: [String] = []
        bytes.withUnsafeBufferPointer { bytes in
            var start = 0
            while start < bytes.count {
                var end = start
                while end < bytes.count, bytes[end] != 0x0a { end += 1 }
                if lengths.contains(end - start), let path = wanted[Array(bytes[start..<end])] { hits.append(path) }
                start = end + 1
            }
        }
        return hits
    }
}
