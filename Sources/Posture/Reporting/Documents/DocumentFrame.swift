import Assessment
import ControlFrameworks
import Findings
import HostModel
import JSON

import struct FoundationEssentials.Date

/// The shape of every document. It grows when a key changes its meaning or goes; new keys leave it alone.
let documentSchema = 1

/// What every document starts with: when and of which host it was made, what could not be seen.
struct DocumentFrame {
    var generatedAt: Date
    var host: HostIdentity
    var gaps: [Gap]

    init(generatedAt: Date, host: HostIdentity, gaps: [Gap]) {
        self.generatedAt = generatedAt
        self.host = host
        self.gaps = gaps
    }

    /// The frame of a document about the sockets of an assessment: their own gaps, or why there are no sockets.
    init(of assessment: PostureAssessment, gaps: [Gap]?) {
        var all = gaps ?? assessment.gaps
        switch assessment.sockets {
        case .seen: break
        case .unseen(let gap): if !all.contains(gap) { all.append(gap) }
        case .absent(let why, let source): all.append(Gap(what: "sockets (\(source))", why: why))
        }
        self.init(generatedAt: assessment.generatedAt, host: assessment.host, gaps: all)
    }
}

extension JSONWriter {
    mutating func frame(_ frame: DocumentFrame) {
        let host = frame.host
        member("schema", documentSchema)
        member("generated_at", Timestamp(frame.generatedAt).description)
        object("host") {
            $0.member("hostname", host.hostname)
            $0.member("operating_system", host.operatingSystem)
            $0.member("kernel", host.kernel)
            $0.member("root", host.root)
            $0.member("live", host.isLive)
            $0.member("observer_uid", host.observer.rawValue)
        }
        member("gaps", of: frame.gaps) { writer, gap in
            writer.object {
                $0.member("what", gap.what)
                $0.member("why", gap.why)
                $0.member("remedy", gap.remedy)
            }
        }
    }

    mutating func object(_ name: String, _ members: (inout JSONWriter) throws -> Void) rethrows {
        try member(name, object: members)
    }

    mutating func member<Element>(
        _ name: String, of elements: some Sequence<Element>, _ write: (inout JSONWriter, Element) throws -> Void
    ) rethrows {
        try member(name, array: { for element in elements { try write(&$0, element) } })
    }

    /// Null where there is no list: nobody looked.
    mutating func member<Element>(
        _ name: String, ofOptional elements: [Element]?, _ write: (inout JSONWriter, Element) throws -> Void
    ) rethrows {
        guard let elements else {
            key(name)
            return null()
        }
        try member(name, of: elements, write)
    }

    mutating func member(_ name: String, optional number: Int?) {
        key(name)
        if let number { value(number) } else { null() }
    }

    mutating func member(_ name: String, _ evidence: [Evidence]) {
        member(name, of: evidence) { writer, item in
            writer.object {
                $0.member("what", item.what)
                $0.member("source", item.source)
            }
        }
    }

    mutating func value(_ finding: Finding) { object { $0.members(of: finding) } }

    mutating func members(of finding: Finding) {
        member("fingerprint", finding.fingerprint.rawValue)
        member("kind", finding.kind.rawValue)
        member("severity", finding.severity.rawValue)
        member("title", finding.title)
        member("detail", finding.detail)
        member("evidence", finding.evidence)
        object("resource") {
            $0.member("kind", finding.resource.kind.rawValue)
            $0.member("name", finding.resource.name)
        }
        member("controls", finding.controls.map(\.description))
        member("remediation", finding.remediation)
        key("confidence")
        value(finding.confidence)
        member("techniques", finding.techniques)
        member("first_seen", Timestamp(finding.firstSeen).description)
        member("last_seen", Timestamp(finding.lastSeen).description)
        member("state", finding.state.rawValue)
    }

    mutating func member(_ name: String, _ mitigations: [Mitigation]) {
        member(name, of: mitigations) { writer, mitigation in
            writer.object {
                $0.member("id", mitigation.id)
                $0.member("title", mitigation.title)
                $0.member("risk", mitigation.risk.rawValue)
                $0.member("action", mitigation.action)
                $0.member("owner", mitigation.owner)
                $0.member("due", mitigation.due)
                $0.member("overdue", mitigation.isOverdue)
                $0.member("opened_at", Timestamp(mitigation.openedAt).description)
            }
        }
    }

    mutating func member(_ name: String, _ regressions: [Regression]) {
        member(name, of: regressions) { writer, regression in
            writer.object {
                $0.member("change", regression.change.rawValue)
                $0.member("id", regression.id)
                $0.member("title", regression.title)
                $0.member("risk", regression.risk.rawValue)
                $0.member("before", regression.before)
                $0.member("now", regression.now)
            }
        }
    }
}
