import Findings
import HostModel
import JSON
import Policies

import struct FoundationEssentials.Date

/// Reads the documents of an earlier run with tolerance for what later versions add and people change, and notes as a gap what it
/// could not make out.
struct PreviousRunReader {
    /// The newest `schema` that is understood. Older ones lack keys, which is no error.
    static let newestSchema = 1.0
    static let limit = 64 << 20

    let host: HostIdentity
    private(set) var gaps: [Gap] = []

    init(host: HostIdentity) { self.host = host }

    /// The document, if it is one that this run may be compared with.
    mutating func document(_ bytes: Observation<[UInt8]>) -> Observation<JSONValue> {
        switch bytes {
        case .absent(let why, let source): return .absent(why: why, from: source)
        case .unseen(let gap):
            gaps.append(gap)
            return .unseen(gap)
        case .seen(let bytes, let source):
            do throws(JSONError) {
                let document = try JSONValue(parsing: bytes, limit: Self.limit)
                if let why = objection(to: document) { return .unseen(incomparable(why, in: source)) }
                return .seen(document, from: source)
            } catch {
                return .unseen(incomparable("not readable as JSON: \(error)", in: source))
            }
        }
    }

    /// Why a well-formed document is not one to compare with; nil when it is.
    private func objection(to document: JSONValue) -> String? {
        guard document.members != nil else { return "not a JSON object" }
        if let schema = document["schema"]?.number, schema > Self.newestSchema {
            return "written by a newer Bailey (schema \(Int(min(schema, 1e9))))"
        }
        if let root = document["host"]?["root"]?.text, root != host.root {
            return "it assessed the file tree \(root.displayed), this run \(host.root.displayed)"
        }
        if let name = document["host"]?["hostname"]?.text, name != host.hostname {
            return "it assessed the host \(name.displayed), this run \(host.hostname.displayed)"
        }
        return nil
    }

    /// Notes and returns the gap for a document that cannot be compared with.
    mutating func incomparable(_ why: String, in source: String) -> Gap {
        let gap = Gap(
            what: "the run before, in \(source)", why: why,
            remedy: "nothing to do: the next run compares with this one")
        gaps.append(gap)
        return gap
    }

    mutating func results(_ document: JSONValue, from source: String) -> Observation<PreviousRun.Results> {
        guard let checks = document["results"]?.elements, let findings = document["findings"]?.elements else {
            return .unseen(incomparable("it lists no results or no findings", in: source))
        }
        var results = PreviousRun.Results()
        results.generatedAt = document["generated_at"]?.text.flatMap(Date.init(documentText:))
        var lost = 0
        for check in checks {
            guard let id = check["check"]?.text, let status = check["status"]?.text.flatMap(ControlResult.Status.init),
                let risk = check["risk"]?.text.flatMap(Severity.init)
            else {
                lost += 1
                continue
            }
            results.checks[id] = PreviousRun.Check(status: status, risk: risk)
        }
        for finding in findings {
            guard let fingerprint = finding["fingerprint"]?.text.flatMap(Fingerprint.init(documentText:)),
                let severity = finding["severity"]?.text.flatMap(Severity.init),
                let firstSeen = finding["first_seen"]?.text.flatMap(Date.init(documentText:))
            else {
                lost += 1
                continue
            }
            results.findings[fingerprint] = .init(severity: severity, firstSeen: firstSeen)
        }
        if lost > 0 {
            note(
                "\(lost) of \(checks.count + findings.count) results were not understood and count as not there",
                in: source)
        }
        return .seen(results, from: source)
    }

    /// A document without mitigations has none; an owner that is no text, or a due date that is no day, is set again.
    mutating func mitigations(_ document: JSONValue, from source: String) -> [String: PreviousRun.Mitigation] {
        var kept: [String: PreviousRun.Mitigation] = [:]
        for mitigation in document["mitigations"]?.elements ?? [] {
            guard let id = mitigation["id"]?.text else {
                note("a mitigation without id is dropped", in: source)
                continue
            }
            let owner = mitigation["owner"]?.text.map { $0.displayed }
            let due = mitigation["due"]?.text
            let day = due.flatMap(CalendarDay.init)
            if let due, day == nil {
                note(
                    "the due date of \(id.displayed), \u{201c}\(due.displayed)\u{201d}, is not a day like 2026-12-21: set again",
                    in: source)
            }
            kept[id] = PreviousRun.Mitigation(
                owner: owner.flatMap { $0.isEmpty ? nil : $0 }, due: day,
                openedAt: mitigation["opened_at"]?.text.flatMap(Date.init(documentText:)),
                title: mitigation["title"]?.text.map { $0.displayed },
                risk: mitigation["risk"]?.text.flatMap(Severity.init),
                action: mitigation["action"]?.text.map { $0.displayed(limit: 2_000) },
                isOfFinding: Fingerprint(documentText: id) != nil)
        }
        return kept
    }

    private mutating func note(_ why: String, in source: String) {
        gaps.append(Gap(what: "part of the run before, in \(source)", why: why))
    }
}

extension Fingerprint {
    /// Nil for text that is no fingerprint: 32 hexadecimal digits.
    fileprivate init?(documentText text: String) {
        guard text.utf8.count == 32, text.utf8.allSatisfy({ $0.isHexadecimalDigit }) else { return nil }
        self.init(rawValue: text)
    }
}

extension UInt8 {
    fileprivate var isHexadecimalDigit: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
        default: false
        }
    }
}
