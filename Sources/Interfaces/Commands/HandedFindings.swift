import Assessment
import Findings
import HostModel
import JSON
import LinuxSystem
import Reporting

import struct FoundationEssentials.Date

/// What assessments handed to the core and did not see gone since: `open-findings.json` beside the spool. A finding leaves it when a run has
/// handed over that it is gone.
struct HandedFindings: Sendable, Hashable {
    static let fileName = "open-findings.json"
    static let schema = 1
    /// Entries that are kept; a host has far fewer. Findings beyond are handed over all the same, and nobody is told when they go.
    static let limit = 20_000
    private static let sizeLimit = 32 << 20

    struct Entry: Sendable, Hashable {
        var host: String
        var root: String
        var fingerprint: String
        var kind: FindingKind
        var severity: Severity
        var title: String
        var resource: Resource
        /// As documents say it.
        var lastSeen: String

        init(_ finding: Finding, of host: HostIdentity) {
            (self.host, root) = (host.hostname, host.root)
            fingerprint = finding.fingerprint.rawValue
            (kind, severity, title) = (finding.kind, finding.severity, finding.title)
            resource = finding.resource
            lastSeen = Timestamp(finding.lastSeen).description
        }

        func isOf(_ other: HostIdentity) -> Bool { host == other.hostname && root == other.root }
    }

    private(set) var entries: [Entry] = []
    /// Why what was handed over before is not known; nil when it is.
    private(set) var problem: String?

    /// As the run before left it.
    init(in directory: String) {
        let path = "\(directory)/\(Self.fileName)"
        do throws(SystemError) {
            let bytes = try FileTree().contents(of: path, limit: Self.sizeLimit)
            guard let document = try? JSONValue(parsing: bytes, limit: Self.sizeLimit),
                document["schema"]?.number == Double(Self.schema), let found = document["findings"]?.elements
            else {
                problem = "\(path) is not a record of what was handed over"
                return
            }
            entries = found.prefix(Self.limit).compactMap(Entry.init)
        } catch {
            if !error.isAbsence { problem = error.description }
        }
    }

    /// Those of this host that a run does not have, and saw to be gone.
    func gone(in assessment: PostureAssessment) -> [Entry] {
        let current = Set(assessment.findings.map(\.fingerprint.rawValue))
        return entries.filter {
            $0.isOf(assessment.host) && !current.contains($0.fingerprint)
                && assessment.showsGone($0.kind, of: $0.resource)
        }
    }

    /// The record after a run: its findings, and what it could say nothing of.
    mutating func replace(_ gone: [Entry], by assessment: PostureAssessment) {
        let now = assessment.findings.filter { $0.state == .open }.map { Entry($0, of: assessment.host) }
        let left = Set(gone)
        let seen = Set(now.map(\.fingerprint))
        let others = entries.filter {
            !left.contains($0) && !($0.isOf(assessment.host) && seen.contains($0.fingerprint))
        }
        entries = Array((now + others).prefix(Self.limit))
    }

    func write(in directory: String) throws(SystemError) {
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member("schema", Self.schema)
            writer.member("findings", array: { for entry in entries { $0.value(entry) } })
        }
        let file = try AtomicFile(replacing: "\(directory)/\(Self.fileName)", permissions: 0o600)
        try file.write(writer.drain() + [0x0a])
        try file.commit()
    }
}

extension HandedFindings.Entry {
    /// Nil for what is no such entry.
    fileprivate init?(_ entry: JSONValue) {
        guard let host = entry["host"]?.text, let root = entry["root"]?.text,
            let fingerprint = entry["fingerprint"]?.text, let kind = entry["kind"]?.text.flatMap(FindingKind.init),
            let severity = entry["severity"]?.text.flatMap(Severity.init), let title = entry["title"]?.text,
            let place = entry["resource"]?["kind"]?.text.flatMap(Resource.Kind.init),
            let name = entry["resource"]?["name"]?.text, let lastSeen = entry["last_seen"]?.text
        else { return nil }
        (self.host, self.root, self.fingerprint) = (host, root, fingerprint)
        (self.kind, self.severity, self.title) = (kind, severity, title)
        resource = Resource(place, name)
        self.lastSeen = lastSeen
    }

    /// That it is gone, as the core takes it in: a line of NDJSON, its end included. The same departure has the same id, however often it is
    /// handed over.
    func resolution(at time: Date) -> [UInt8] {
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member("host", host)
            writer.member("alert_id", "\(fingerprint)@\(lastSeen)/gone")
            writer.members(of: self)
            writer.member("detail", "Looked for again, and not found any more.")
            writer.member("last_seen", Timestamp(time).description)
            writer.member("state", Finding.State.resolved.rawValue)
        }
        return writer.drain() + [0x0a]
    }
}

extension JSONWriter {
    fileprivate mutating func value(_ entry: HandedFindings.Entry) {
        object {
            $0.member("host", entry.host)
            $0.member("root", entry.root)
            $0.members(of: entry)
            $0.member("last_seen", entry.lastSeen)
        }
    }

    fileprivate mutating func members(of entry: HandedFindings.Entry) {
        member("fingerprint", entry.fingerprint)
        member("kind", entry.kind.rawValue)
        member("severity", entry.severity.rawValue)
        member("title", entry.title)
        member(
            "resource",
            object: {
                $0.member("kind", entry.resource.kind.rawValue)
                $0.member("name", entry.resource.name)
            })
    }
}
