internal import LinuxSystem

/// The program that forks the monitors of commands, installed beside the broker.
enum SpawnerProgram {
    private static let name = "bailey-spawner"
    /// What the kernel appends to the path of a program whose file is gone, as after an upgrade (proc_pid_exe(5)).
    private static let gone = " (deleted)"

    /// Where it is; nil where it is not there, or somebody else than root could have put it there.
    static func trusted() throws(SystemError) -> String? {
        let path = path(beside: withoutMark(try CurrentProcess.executablePath()))
        let tree = try FileTree()
        for place in [path, String(path.dropLast(name.count + 1))] {
            guard let metadata = try? tree.metadata(of: place, followingLinks: false), metadata.owner == 0,
                metadata.kind == .regular || metadata.kind == .directory, !metadata.isWritableByGroup,
                !metadata.isWritableByAnyone
            else { return nil }
        }
        return path
    }

    /// What the broker, and what forks for it, are as programs: this one's and those of earlier versions, whose files are gone.
    struct Own {
        private let paths: [String]

        init() throws(SystemError) {
            let broker = withoutMark(try CurrentProcess.executablePath())
            paths = [broker, path(beside: broker)]
        }

        func contains(_ executable: String) -> Bool { paths.contains(withoutMark(executable)) }
    }

    private static func path(beside broker: String) -> String {
        broker.prefix(through: broker.lastIndex(of: "/") ?? broker.startIndex) + name
    }

    private static func withoutMark(_ path: String) -> String {
        path.hasSuffix(gone) ? String(path.dropLast(gone.count)) : path
    }
}
