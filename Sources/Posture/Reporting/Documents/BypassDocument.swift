package import Assessment
import ControlFrameworks
import Findings
import HostModel
import JSON

/// `bailey guard bypasses --json`: every way around the privilege broker, and what was looked at.
package struct BypassDocument: Document {
    private let report: BypassReport

    package init(_ report: BypassReport) { self.report = report }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        var writer = JSONWriter()
        try writer.object { writer in
            writer.frame(DocumentFrame(generatedAt: report.generatedAt, host: report.host, gaps: report.gaps))
            writer.object("counts") { writer in
                for grade in Bypass.Grade.allCases { writer.member(grade.rawValue, report.count(grade)) }
            }
            try writer.member("searches", of: report.sections) { writer, section in
                write(section, to: &writer)
                try writer.drain(to: sink)
            }
        }
        try sink(writer.drain() + [0x0a])
    }

    private func write(_ section: BypassReport.Section, to writer: inout JSONWriter) {
        writer.object {
            $0.member("check", section.check.id)
            $0.member("title", section.check.title)
            $0.member("examined", section.search.examined)
            $0.member("bypasses", of: zip(section.search.bypasses, section.findings)) { writer, pair in
                let (bypass, finding) = pair
                writer.object {
                    $0.member("grade", bypass.grade.rawValue)
                    $0.member("accounts", bypass.accounts)
                    $0.key("finding")
                    $0.value(finding)
                }
            }
        }
    }
}
