/// Why a program is not run as another user: somebody besides root could have changed what it is. Each names the file or directory at fault.
package enum UnfitProgram: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not an absolute path, and not a bare name either.
    case notAbsolute(String)
    /// Empty, longer than 4095 bytes, or with a zero byte in it.
    case malformed
    /// A bare name that is in none of the directories of the secure path.
    case notInSecurePath(name: String)
    case notFound(path: String)
    case unreadable(SystemError)
    /// More than 40 links on the way, as many as the kernel follows (path_resolution(7)).
    case tooManyLinks(path: String)
    case notDirectory(path: String)
    case directoryOwner(path: String, owner: UInt32)
    case directoryWritable(path: String, permissions: String)
    /// On a file system that an ordinary user may run (FUSE), which can say of its files what it likes.
    case userFileSystem(path: String)
    case notRegularFile(path: String)
    case fileOwner(path: String, owner: UInt32)
    case fileWritable(path: String, permissions: String)
    /// It would change its user or group by itself, past the rule that allowed it.
    case setID(path: String, permissions: String)
    case notExecutable(path: String)
    /// The `#!` line does not end within the 256 bytes the kernel reads, or names no absolute path.
    case unclearInterpreter(path: String)
    /// An interpreter that is a script itself.
    case interpreterIsScript(path: String)
    /// The script's interpreter is unfit.
    indirect case interpreter(of: String, UnfitProgram)
    /// It is no longer the file that was checked.
    case changed(path: String)

    package var description: String {
        switch self {
        case .notAbsolute(let path): "\(path) is neither an absolute path nor a bare name"
        case .malformed: "the command is empty, too long or has a zero byte in it"
        case .notInSecurePath(let name): "\(name) is in no directory of the secure path"
        case .notFound(let path): "\(path) does not exist"
        case .unreadable(let error): "\(error)"
        case .tooManyLinks(let path): "\(path) leads through too many symbolic links"
        case .notDirectory(let path): "\(path) is not a directory"
        case .directoryOwner(let path, let owner): "the directory \(path) belongs to user \(owner), not to root"
        case .directoryWritable(let path, let permissions):
            "the directory \(path) can be written by others than root (mode \(permissions))"
        case .userFileSystem(let path): "\(path) is on a file system that a user may run (FUSE)"
        case .notRegularFile(let path): "\(path) is not a regular file"
        case .fileOwner(let path, let owner): "\(path) belongs to user \(owner), not to root"
        case .fileWritable(let path, let permissions):
            "\(path) can be written by others than root (mode \(permissions))"
        case .setID(let path, let permissions): "\(path) changes its user or group by itself (mode \(permissions))"
        case .notExecutable(let path): "\(path) is not executable"
        case .unclearInterpreter(let path): "the first line of \(path) does not name an interpreter clearly"
        case .interpreterIsScript(let path): "the interpreter \(path) is a script itself"
        case .interpreter(let script, let reason): "the interpreter of \(script) is unfit: \(reason)"
        case .changed(let path): "\(path) changed after it was checked"
        }
    }
}
