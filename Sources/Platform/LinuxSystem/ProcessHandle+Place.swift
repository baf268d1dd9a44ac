private import Glibc

/// Where a process is: its working directory, and whether paths mean to it what they mean to us.
extension ProcessHandle {
    /// The directory it works in, held, and the path that the kernel has for it.
    package func workingDirectory() throws(SystemError) -> (directory: SharedDescriptor, path: String) {
        let directory = try SharedDescriptor.directory("/proc/\(id)/cwd")
        let path = try directory.path()
        guard holdsItsNumber else { throw SystemError("find", "the directory of process \(id)", code: .noProcess) }
        return (directory, path)
    }

    /// Whether it sees the mounts that we see (mount_namespaces(7)). Where it does not, the path of its program names a file of its own
    /// choice.
    package func sharesMountNamespace() throws(SystemError) -> Bool {
        let own = try Self.own.get()
        let its = try Self.namespace("/proc/\(id)/ns/mnt")
        guard holdsItsNumber else { throw SystemError("find", "the mounts of process \(id)", code: .noProcess) }
        return own == its
    }

    /// Nothing of Bailey leaves the mount namespace that it was started in.
    private static let own = Result { () throws(SystemError) in try namespace("/proc/self/ns/mnt") }

    /// What the kernel numbers the namespace by (namespaces(7)).
    private static func namespace(_ path: String) throws(SystemError) -> [UInt64] {
        var status = stat()
        try systemCall("stat", on: path) { stat(path, &status) }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
