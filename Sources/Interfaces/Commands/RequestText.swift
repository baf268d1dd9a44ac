import BrokerProtocol
import JSON
import SudoClient
import TerminalText

/// Requests that wait, as text for people who decide on them: all of it comes from who asks, so nothing in it reaches the terminal as it is.
enum RequestText {
    /// Two lines of a listing.
    static func line(_ summary: RequestSummary) -> String {
        let notice = summary.notice
        let needs = notice.approvals.map(\.text).joined(separator: ", ")
        return """
            \(notice.id)  \(terminalSafe(summary.requester)) as \(terminalSafe(summary.targetUser)), needs \(needs), expires in \(notice.expiresIn) s
                \(commandLine(summary.arguments))
            """
    }

    /// Everything that the digest binds.
    static func detail(_ detail: RequestDetail) -> String {
        var rows: [(String, [String])] = [
            ("command", [commandLine(detail.summary.arguments)]),
            ("program", [detail.program, "sha256 \(detail.programDigest)"]), ("runs", detail.terms),
            ("directory", [detail.workingDirectory]),
            ("environment", detail.environment.map { "\($0.name)=\($0.value)" }), ("asked by", detail.requester),
            ("rule", [detail.rule]), ("session", detail.session.map { [$0] } ?? []),
            ("reason", detail.reason.map { [$0] } ?? ["none was given"]),
        ]
        if detail.isUntrusted { rows.append(("marked", ["prompted by untrusted content"])) }
        let notice = detail.summary.notice
        rows += [
            ("needs", notice.approvals.map(\.text)), ("expires", ["in \(notice.expiresIn) s"]),
            ("digest", [notice.digest.description]),
        ]
        let lines = rows.flatMap { name, values in
            values.enumerated().map { index, value in
                let label = index == 0 ? name : ""
                return "  \(label)\(String(repeating: " ", count: 13 - label.count))\(terminalSafe(value))"
            }
        }
        return (["request \(notice.id)"] + lines).joined(separator: "\n")
    }

    /// The arguments as a shell would take them: where one ends is seen, and what is not plain stands in quotes.
    static func commandLine(_ arguments: [String]) -> String {
        arguments.map { argument in
            let isPlain =
                !argument.isEmpty
                && argument.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || "-_./:=,@+%".utf8.contains($0)
                }
            // By bytes: a quote is one whatever is drawn over it.
            let parts = terminalSafe(argument).utf8.split(
                separator: UInt8(ascii: "'"), omittingEmptySubsequences: false)
            return isPlain
                ? argument : "'\(parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: #"'\''"#))'"
        }.joined(separator: " ")
    }

    static func write(_ summary: RequestSummary, to writer: inout JSONWriter) {
        writer.member("id", summary.notice.id.description)
        writer.member("requester", summary.requester)
        writer.member("run_as", summary.targetUser)
        writer.member("arguments", summary.arguments)
        writer.member("needs", summary.notice.approvals.map(\.text))
        writer.member("expires_in_seconds", summary.notice.expiresIn)
        writer.member("digest", summary.notice.digest.description)
    }
}
