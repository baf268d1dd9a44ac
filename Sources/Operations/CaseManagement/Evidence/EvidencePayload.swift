internal import Cryptography
internal import JSON

/// The document that one alert of a case came in as, for an evidence pack: its size and its hash, and all of it where it is no larger than
/// its share.
package struct EvidencePayload: Sendable {
    let alert: Int
    let size: Int
    let hash: [UInt8]
    let text: String?

    /// - Parameter count: the alerts that share the pack.
    package init(of alert: Int, _ text: String, among count: Int) {
        self.alert = alert
        let bytes = Array(text.utf8)
        size = bytes.count
        hash = SHA256.hash(bytes)
        self.text = size <= EvidencePack.share(among: count) ? text : nil
    }
}

extension JSONWriter {
    /// An alert of a pack. Where what triage made of it is more than its share, it is there by size and hash of its text as the document would
    /// have it: compact JSON with keys in alphabetical order.
    mutating func value(_ alert: AlertRecord, sharedAmong count: Int) {
        let triage = StoredTriage(alert.triage).document
        let bytes = Array(triage.compactText.utf8)
        let isWhole = bytes.count <= EvidencePack.share(among: count)
        value(
            alert, AlertMember.record,
            triage: isWhole
                ? triage
                : .object(["bytes": .number(Double(bytes.count)), "sha256": .text(SHA256.hash(bytes).hexadecimal)]))
    }

    mutating func value(_ payload: EvidencePayload) {
        object {
            $0.member("triage_id", payload.alert)
            $0.member("sha256", payload.hash.hexadecimal)
            $0.member("bytes", payload.size)
            $0.key("payload")
            if let text = payload.text { $0.value(text) } else { $0.null() }
        }
    }
}
