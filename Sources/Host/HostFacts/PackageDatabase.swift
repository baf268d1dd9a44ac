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
