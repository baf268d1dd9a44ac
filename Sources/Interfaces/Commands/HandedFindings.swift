import Assessment
import Findings
import HostModel
import JSON
import LinuxSystem
import Reporting

import struct FoundationEssentials.Date

/// What assessments handed to the core and did not see gone since: `open-findings.json` beside the spool. A finding leaves it when a run has
/// handed over that it is gone. One that nothing looks for any more stays, so that a check that comes back can say what became of it.
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
        /// A `FindingKind`, or one of another version's.
        var kind: String
        var severity: Severity
        var title: String
        /// A `Resource.Kind`, or one of another version's.
        var resourceKind: String
        var resourceName: String
        /// As documents say it.
        var lastSeen: String
        /// Whether the core was told that nothing looks for it any more.
        var isUnchecked = false

        init(_ finding: Finding, of host: HostIdentity) {
            (self.host, root) = (host.hostname, host.root)
            fingerprint = finding.fingerprint.rawValue
            (kind, severity, title) = (finding.kind.rawValue, finding.severity, finding.title)
            (resourceKind, resourceName) = (finding.resource.kind.rawValue, finding.resource.name)
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

    /// Of this host, what a run does not have.
    struct Departures: Sendable, Hashable {
        /// What it saw to be gone.
        var gone: [Entry] = []
        /// What it has nothing for that would look, where that was not told before.
        var unchecked: [Entry] = []
    }

    func departures(in assessment: PostureAssessment) -> Departures {
        let current = Set(assessment.findings.map(\.fingerprint.rawValue))
        var departures = Departures()
        for entry in entries where entry.isOf(assessment.host) && !current.contains(entry.fingerprint) {
            switch assessment.absence(of: entry.kind, named: entry.resourceName) {
            case .gone: departures.gone.append(entry)
            case .unchecked: if !entry.isUnchecked { departures.unchecked.append(entry) }
            case .unseen: break
            }
        }
        return departures
    }

    /// The record after a run: its findings, and what it could say nothing of.
    /// - Parameter told: what the core is told, or will be.
    mutating func replace(_ told: Departures, by assessment: PostureAssessment) {
        let now = assessment.findings.filter { $0.state == .open }.map { Entry($0, of: assessment.host) }
        let left = Set(told.gone)
        let unchecked = Set(told.unchecked)
        let seen = Set(now.map(\.fingerprint))
        let others = entries.filter {
            !left.contains($0) && !($0.isOf(assessment.host) && seen.contains($0.fingerprint))
        }.map { entry in
            var entry = entry
            if unchecked.contains(entry) { entry.isUnchecked = true }
            return entry
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
            let fingerprint = entry["fingerprint"]?.text, let kind = entry["kind"]?.text,
            let severity = entry["severity"]?.text.flatMap(Severity.init), let title = entry["title"]?.text,
            let place = entry["resource"]?["kind"]?.text, let name = entry["resource"]?["name"]?.text,
            let lastSeen = entry["last_seen"]?.text
        else { return nil }
        (self.host, self.root, self.fingerprint) = (host, root, fingerprint)
        (self.kind, self.severity, self.title) = (kind, severity, title)
        (resourceKind, resourceName) = (place, name)
        self.lastSeen = lastSeen
        isUnchecked = entry["unchecked"]?.flag == true
    }

    /// That it is gone, as the core takes it in.
    func resolution(at time: Date) -> [UInt8] {
        line(.resolved, id: "gone", "Looked for again, and not found any more.", at: time)
    }

    /// That nothing looks for it any more, as the core takes it in.
    func unchecking(at time: Date) -> [UInt8] {
        line(
            .unchecked, id: "unchecked",
            "No check of this host looks for it any more: taken out of the policy, renamed, or not in this version of Bailey. Whether it is mended is not known.",
            at: time)
    }

    /// A line of NDJSON, its end included. The same departure has the same id, however often it is handed over.
    private func line(_ state: Finding.State, id: String, _ detail: String, at time: Date) -> [UInt8] {
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member("host", host)
            writer.member("alert_id", "\(fingerprint)@\(lastSeen)/\(id)")
            writer.members(of: self)
            writer.member("detail", detail)
            writer.member("last_seen", Timestamp(time).description)
            writer.member("state", state.rawValue)
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
            if entry.isUnchecked { $0.member("unchecked", true) }
        }
    }

    fileprivate mutating func members(of entry: HandedFindings.Entry) {
        member("fingerprint", entry.fingerprint)
        member("kind", entry.kind)
        member("severity", entry.severity.rawValue)
        member("title", entry.title)
        member(
            "resource",
            object: {
                $0.member("kind", entry.resourceKind)
                $0.member("name", entry.resourceName)
            })
    }
}
