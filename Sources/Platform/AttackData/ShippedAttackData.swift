private import CAttackData

/// What ships about ATT&CK inside the program, copied out of it: 1.6 MB take 0.1 ms.
package enum ShippedAttackData {
    /// The index of the version that ships, as `scripts/update-attack-index` left it.
    package static var index: [UInt8] { bytes(bailey_attack_index()) }

    /// MITRE's designation, licence and disclaimers, which go with every copy.
    package static var notice: String { String(decoding: bytes(bailey_attack_notice()), as: UTF8.self) }

    /// The tables of detection knowledge, in the format that `DetectionKnowledge` reads.
    package static var knowledge: String { String(decoding: bytes(bailey_attack_knowledge()), as: UTF8.self) }

    private static func bytes(_ embedded: bailey_embedded) -> [UInt8] {
        // SAFETY: both fields describe a constant array of the program, which is never written or freed.
        Array(UnsafeBufferPointer(start: embedded.bytes, count: embedded.count))
    }
}
