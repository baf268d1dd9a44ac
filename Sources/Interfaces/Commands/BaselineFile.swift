import JSON
import Policies

/// The file that `bailey baseline` adds proposals to, and what it says of that.
struct BaselineFile {
    let name: String
    let session: Session

    /// Adds the proposals of those ids; when there are none, nothing is written.
    ///
    /// - Parameter text: the new text of the file, made of the old one.
    func add(
        ids: [String], leftOut: Int, text: (PolicyText?) throws(PolicyErrors) -> String
    ) throws(CommandError) {
        let path = session.policyFiles.path(name)
        if !ids.isEmpty {
            let before = try session.policyFiles.optional(name)
            let after = try PolicySet.parsed { () throws(PolicyErrors) in try text(before) }
            try PolicyWriter(environment: session.environment).write(PolicyText(path: path, after))
        }
        session.options.wantsJSON ? printJSON(path, ids, leftOut) : printText(path, ids, leftOut)
    }

    private func printText(_ path: String, _ ids: [String], _ leftOut: Int) {
        guard !ids.isEmpty else {
            session.console.print("Nothing to propose: everything is approved, or proposed already.")
            return
        }
        session.console.print(printable("Proposed in \(path):"))
        for id in ids { session.console.print(printable("  \(id)")) }
        if leftOut > 0 {
            session.console.print("  and \(leftOut) left out: run it again once these are decided")
        }
        session.console.print("They approve nothing until somebody accepts them: bailey baseline accept ID… or --all")
    }

    private func printJSON(_ path: String, _ ids: [String], _ leftOut: Int) {
        var writer = JSONWriter()
        writer.object {
            $0.member("schema", 1)
            $0.member("file", ids.isEmpty ? nil : path)
            $0.member("proposals", ids)
            $0.member("left_out", leftOut)
        }
        session.console.write(writer.drain() + [UInt8(ascii: "\n")])
    }
}
