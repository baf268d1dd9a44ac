import JSON

/// What `bailey baseline` did, for people and for programs.
struct BaselineReport {
    /// The file that was written; nil when there was nothing to write.
    let path: String?
    let ids: [String]
    /// How many more there were than a file may hold.
    let leftOut: Int

    func print(in session: Session) {
        guard session.options.wantsJSON else {
            for line in lines { session.console.print(line) }
            return
        }
        var writer = JSONWriter()
        writer.object {
            $0.member("schema", 1)
            $0.member("file", path)
            $0.member("proposals", ids)
            $0.member("left_out", leftOut)
        }
        session.console.write(writer.drain() + [UInt8(ascii: "\n")])
    }

    private var lines: [String] {
        guard let path, !ids.isEmpty else {
            return ["Nothing to propose: everything is approved, or proposed already."]
        }
        var lines = ids.map { "  \($0)" }
        lines.insert("\(ids.count) proposed in \(path):", at: 0)
        if leftOut > 0 {
            lines.append(
                "  and \(leftOut) left out, more than anybody can look at: run it again once these are decided")
        }
        lines.append("They approve nothing until somebody accepts them: bailey baseline accept ID… or --all")
        return lines
    }
}
