import LinuxSystem

/// Where the stand-ins for sudo are, and what puts them first in PATH: for the system, or for one user.
struct ShimPlan: Sendable {
    static let system = CommandOption.flag("system", help: "For everybody on this host; what root gets without it.")
    static let user = CommandOption.flag("user", help: "For the user who runs this; what others get without it.")
    static let directory = CommandOption.value("directory", "DIR", help: "Put the stand-ins in DIR.")
    static let options = [directory, system, user]

    static let names = ["sudo", "sudoedit"]

    /// Before every path of the system, so that an image can be prepared too.
    let root: String
    /// As PATH has it.
    let directory: String
    let files: [ShimFile]
    /// What the stand-ins lead to.
    let target: String

    init(_ arguments: ParsedArguments, in session: Session) throws(CommandError) {
        let environment = session.environment
        let isSystem = arguments.has(Self.system) || !arguments.has(Self.user) && environment.isRoot
        guard !(arguments.has(Self.system) && arguments.has(Self.user)) else {
            throw .usage(UsageError("--system and --user exclude each other"))
        }
        guard let own = environment.executablePath, let slash = own.lastIndex(of: "/") else {
            throw .couldNotRun("bailey", "cannot tell where it is installed", remedy: "run it by its path")
        }
        target = "\(own[..<slash])/bailey-sudo"
        let chosen = arguments.value(of: Self.directory).map { absolutePath($0, in: environment.workingDirectory) }
        if isSystem {
            root = session.options.root == "/" ? "" : session.options.root
            directory = chosen ?? "/usr/local/lib/bailey/shims"
            files = [
                .profile("\(root)/etc/profile.d/bailey.sh", directory: directory),
                .environment("\(root)/etc/environment.d/10-bailey.conf", directory: directory),
            ]
        } else {
            guard let home = environment.directory("HOME") else {
                throw .couldNotRun("HOME", "is not set", remedy: "set it, or use --system")
            }
            root = ""
            let own = chosen ?? "\(home)/.local/lib/bailey/shims"
            directory = own
            files = [".profile", ".bashrc"].map { .block(in: "\(home)/\($0)", directory: own) }
        }
        guard directory.utf8.allSatisfy({ (0x21..<0x7f).contains($0) && !"':$\"\\".utf8.contains($0) }) else {
            throw .couldNotRun(
                directory, "cannot stand in PATH and in a shell's script", remedy: "use --directory with a plain name")
        }
    }

    var place: String { root + directory }
    var links: [String] { Self.names.map { "\(place)/\($0)" } }

    /// What a stand-in leads to; nil where there is none.
    enum LinkState: Sendable, Hashable { case absent, installed, other, foreign }

    func state(ofLink path: String) throws(CommandError) -> LinkState {
        do throws(SystemError) {
            let tree = try FileTree()
            guard try tree.metadata(of: path, followingLinks: false).kind == .symbolicLink else { return .foreign }
            let found = try tree.linkTarget(of: path)
            if found == target { return .installed }
            return found.hasSuffix("/bailey-sudo") ? .other : .foreign
        } catch {
            if error.isAbsence { return .absent }
            throw .couldNotRun(error)
        }
    }

    /// Nil where there is no such file.
    func content(of file: ShimFile) throws(CommandError) -> String? {
        do throws(SystemError) {
            return try FileTree().text(of: file.path, limit: 1 << 20)
        } catch {
            if error.isAbsence { return nil }
            throw .couldNotRun(error)
        }
    }

    /// What is there and not ours; nothing is changed as long as there is any.
    func foreign() throws(CommandError) -> [Problem] {
        var problems: [Problem] = []
        for link in links where try state(ofLink: link) == .foreign {
            problems.append(
                Problem(subject: link, reason: "is not Bailey's, and stays", remedy: "use --directory with another one")
            )
        }
        for file in files where file.state(try content(of: file)) == .foreign {
            problems.append(Problem(subject: file.path, reason: "is not Bailey's, and stays", remedy: "move it away"))
        }
        return problems
    }

    /// Puts `text` in a file's place, where a link leads too, with the owner and permissions that it had.
    static func write(_ text: String, to path: String) throws(CommandError) {
        do throws(SystemError) {
            var place = path
            var permissions: UInt16 = 0o644
            var owner: FileOwner?
            if let metadata = try? FileTree().metadata(of: path) {  // else it is made
                place = try resolvedPath(path)
                permissions = metadata.permissions & 0o777
                owner = FileOwner(user: metadata.owner, group: metadata.group)
            } else if let slash = path.lastIndex(of: "/") {
                _ = try Directory(
                    making: String(path[..<slash]), permissions: 0o755,
                    followingLinksOf: [0, CurrentProcess.effectiveUserID])
            }
            let file = try AtomicFile(replacing: place, permissions: permissions, owner: owner)
            try file.write(text.utf8)
            try file.commit()
        } catch {
            throw .couldNotRun(error, remedy: error.isPermission ? "run it as root, or with --user" : nil)
        }
    }
}
