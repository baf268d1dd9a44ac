internal import HostModel
internal import LinuxSystem
internal import Policies

// What who asked is told of a command that cannot be run: what is the matter in one line, and what to do about that very thing.
extension UnfitProgram {
    /// In words that tell nobody but root what is in a directory that not everybody may enter (CVE-2025-46717).
    func refusal(of request: CommandRequest, from requester: Requester) -> (text: String, remedy: String) {
        guard requester.user != .root, isHidden(request) else { return (text(of: request), remedy) }
        return ("\(request.requestedPath): command not found", "there is no such program, or none that could be run")
    }

    private func isHidden(_ request: CommandRequest) -> Bool {
        switch self {
        case .notAbsolute, .malformed, .notInSecurePath: false
        // The walk came to its end, and knows.
        case .fileOwner, .fileWritable, .setID, .notExecutable, .unclearInterpreter, .interpreterIsScript,
            .interpreter, .changed, .unreadable:
            request.hidesProgram
        case .notFound(let path), .tooManyLinks(let path), .notDirectory(let path), .directoryOwner(let path, _),
            .directoryWritable(let path, _), .userFileSystem(let path), .notRegularFile(let path):
            // The walk itself, for a link that the requester made leads where only root can look.
            Self.isBelowClosed(path)
                || request.requestedPath.isAbsolutePath && TrustedProgram.isWayHidden(request.requestedPath)
        }
    }

    /// Whether a directory on the way, which has no links, is not everybody's to enter. One that cannot be looked at may be such.
    private static func isBelowClosed(_ path: String) -> Bool {
        var parent = ""
        for name in [""] + path.pathNames.dropLast().map({ "/\($0)" }) {
            parent += name
            do throws(SystemError) {
                let directory = try Directory(opening: parent.isEmpty ? "/" : parent)
                guard try directory.metadata(of: ".").isEnterableByAnyone else { return true }
            } catch {
                // Everybody can see that it is not there.
                return error.code != .notFound
            }
        }
        return false
    }

    /// For what is no command at all in the words that shells and sudo(8) have for it, which programs look for.
    private func text(of request: CommandRequest) -> String {
        switch self {
        case .notInSecurePath, .notFound, .notDirectory, .notRegularFile, .notExecutable:
            "\(request.requestedPath): command not found"
        default: description
        }
    }

    private var remedy: String {
        switch self {
        case .notInSecurePath:
            "it is in no directory of the policy's secure_path; install it, or name it by its whole path"
        case .notFound: "there is no such file; look for a mistake in the path, or install it"
        case .notDirectory, .notRegularFile, .notExecutable: "\(description); name a program"
        case .notAbsolute: "name it by its whole path, or by its bare name"
        case .malformed: "name one program"
        case .unreadable: "have root look at the file"
        case .tooManyLinks: "name the file itself"
        case .directoryOwner, .directoryWritable: "have root make the directory its own, writable by nobody else"
        case .userFileSystem: "have it installed on a file system of the host's"
        case .fileOwner, .fileWritable: "the command has to be a file of root's that nobody else can change"
        case .setID: "have the rule allow the program that it runs, which needs no such bit"
        case .unclearInterpreter, .interpreterIsScript:
            "have its first line name a program by its whole path, in at most 255 bytes"
        case .interpreter(_, let reason): "of the interpreter: \(reason.remedy)"
        case .changed: "ask again; it is checked anew"
        }
    }
}
