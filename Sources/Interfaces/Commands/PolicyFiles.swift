import LinuxSystem
import Policies

/// Reads policy files, and refuses those that somebody else could have written: what they approve would be his approval.
///
/// The file and every directory above it must belong to root, to the user who runs this, or to the owner of the checkout, and be closed
/// to others as `TrustedOwnership` says; where the path leads over symbolic links, that holds for what it leads to.
struct PolicyFiles: Sendable {
    let directory: String
    let ownership: TrustedOwnership
    /// A policy of 1 MiB has about 10,000 rules.
    static let sizeLimit = 1 << 20

    init(directory: String, trustedOwners: Set<UInt32>) {
        self.directory = directory
        ownership = TrustedOwnership(owners: trustedOwners)
    }

    /// The file `name` of the policy directory; an error when it is missing.
    func required(_ name: String) throws(CommandError) -> PolicyText {
        if let file = try optional(name) { return file }
        let start = PolicyFileName.written.contains(name) ? "put one there (templates/\(name) is a start), or " : ""
        throw .couldNotRun(
            path(name), "is missing", remedy: "\(start)name another place; --policies DIR names the directory")
    }

    /// The file `name` of the policy directory; nil when there is none.
    func optional(_ name: String) throws(CommandError) -> PolicyText? {
        do throws(TrustedOwnership.Refusal) {
            return PolicyText(path: path(name), bytes: try ownership.contents(of: path(name), limit: Self.sizeLimit))
        } catch {
            switch error {
            case .objection(let objection): throw .couldNotRun([Problem(objection)])
            case .system(let error):
                if error.isAbsence { return nil }
                throw .couldNotRun(error, remedy: error.isPermission ? "run as root, or let this user read it" : nil)
            }
        }
    }

    /// Every `*.yaml` of the directory `name` in the policy directory, by name; empty when there is no such directory.
    func all(in name: String) throws(CommandError) -> [PolicyText] {
        let names: [String]
        do throws(SystemError) {
            names = try Directory(opening: path(name)).entries(limit: 1000).map(\.name)
        } catch {
            if error.isAbsence { return [] }
            throw .couldNotRun(error)
        }
        var files: [PolicyText] = []
        for file in names.sorted() where file.hasSuffix(".yaml") && !file.hasPrefix(".") {
            try files.append(required("\(name)/\(file)"))
        }
        return files
    }

    func path(_ name: String) -> String { "\(directory)/\(name)" }

    /// An error unless the file at `path`, and every directory above it, is root's: nobody else's policy lets a command run as root.
    func requireRoots(_ path: String) throws(CommandError) {
        let roots = TrustedOwnership(owners: [0])
        let problem: TrustedOwnership.Objection?
        do throws(SystemError) {
            let path = try resolvedPath(path)
            let above = try roots.objectionAbove(path)
            problem = roots.objection(to: try FileTree().metadata(of: path), at: path) ?? above
        } catch {
            throw .couldNotRun(error)
        }
        guard var problem = problem.map(Problem.init) else { return }
        problem.reason += "; the broker takes a command policy of root's alone"
        throw .couldNotRun([problem])
    }
}
