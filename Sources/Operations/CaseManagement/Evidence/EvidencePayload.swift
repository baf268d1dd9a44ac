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
    /// An alert of a pack: what triage made of it by size and hash alone where that is more than its share.
    mutating func value(_ alert: AlertRecord, sharedAmong count: Int) {
        let size = alert.triage.utf8.count
        guard size > EvidencePack.share(among: count) else { return value(alert, full: true) }
        let hash = SHA256.hash(Array(alert.triage.utf8)).hexadecimal
        value(
            alert, AlertMember.record, triage: .object(["bytes": .number(Double(size)), "sha256": .text(hash)]))
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
