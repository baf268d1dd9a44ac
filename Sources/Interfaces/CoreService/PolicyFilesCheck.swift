internal import Assessment
internal import ControlFrameworks
internal import LinuxSystem
internal import Notifications
internal import Policies

/// Whether the policies of a directory can be read as what they are. A host whose policies are broken is watched by nobody, whatever its
/// core says.
struct PolicyFilesCheck {
    let directory: String

    private static let sizeLimit = 4 << 20

    /// What is wrong, a line each; a policy that is not there is not wrong.
    func problems() -> [String] {
        var problems: [String] = []
        check(["approved-ports.yaml", "approved-ports.baseline.yaml"], &problems) { (files) throws(PolicyErrors) in
            _ = try PortPolicy(parsing: files)
        }
        check(["egress-allowlist.yaml", "egress-allowlist.baseline.yaml"], &problems) { (files) throws(PolicyErrors) in
            _ = try EgressPolicy(parsing: files)
        }
        check(["configuration.yaml"], &problems) { (files) throws(PolicyErrors) in
            for file in files { _ = try Configuration(parsing: file) }
        }
        check([CommandPolicySet.commandFile], &problems) { (files) throws(PolicyErrors) in
            for file in files { _ = try CommandPolicy(parsing: file, references: .none) }
        }
        check([CommandPolicySet.promptFile], &problems) { (files) throws(PolicyErrors) in
            for file in files { _ = try PromptPolicy(parsing: file) }
        }
        check([AlertsPolicy.fileName], &problems) { (files) throws(PolicyErrors) in
            for file in files { _ = try AlertsPolicy(parsing: file, references: .none) }
        }
        // Which facts there are is known where they are gathered, and told by `bailey policy check`.
        check(postureFiles(&problems), &problems) { (files) throws(PolicyErrors) in
            _ = try PosturePolicy(
                parsing: files, categories: CheckCategory.allCases.map(\.rawValue), factPrefixes: [],
                knows: ControlCatalogue.contains)
        }
        return problems
    }

    /// The checks that are data, by their paths in the directory.
    private func postureFiles(_ problems: inout [String]) -> [String] {
        do throws(SystemError) {
            return try Directory(opening: "\(directory)/posture").entries(limit: 1000).map(\.name).filter {
                $0.hasSuffix(".yaml") && !$0.hasPrefix(".")
            }.sorted().map { "posture/\($0)" }
        } catch {
            if !error.isAbsence, !error.isPermission {
                problems.append("\(directory)/posture: cannot be read: \(error)")
            }
            return []
        }
    }

    private func check(
        _ names: [String], _ problems: inout [String], _ parse: ([PolicyText]) throws(PolicyErrors) -> Void
    ) {
        var files: [PolicyText] = []
        for name in names {
            let path = "\(directory)/\(name)"
            do throws(SystemError) {
                let tree = try FileTree()
                guard try tree.exists(path) else { continue }
                files.append(PolicyText(path: path, bytes: try tree.contents(of: path, limit: Self.sizeLimit)))
            } catch {
                // One that is closed to the core's user is the business of who reads it.
                if !error.isPermission { problems.append("\(path): cannot be read: \(error)") }
            }
        }
        if files.isEmpty { return }
        do throws(PolicyErrors) { try parse(files) } catch { problems += error.errors.map(\.description) }
    }
}
