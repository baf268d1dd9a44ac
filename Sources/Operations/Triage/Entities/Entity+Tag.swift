/// What alerts are looked through for entities by. A tag only leads to an alert: whether it has the entity is for its triage to say.
extension Entity {
    /// Four bytes that values share which are equal without regard to the case of ASCII letters: FNV-1a (draft-eastlake-fnv). Any kind of
    /// entity with the same value has the same. Whoever makes values that collide makes a search look at more triages, and find no more.
    package static func tag(of value: String) -> [UInt8] {
        var hash: UInt32 = 0x811c_9dc5
        for byte in value.utf8 { hash = (hash ^ UInt32(lowered(byte))) &* 0x0100_0193 }
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: hash >> $0) }
    }

    /// The tags of an alert's entities, one after the other.
    package static func tags(of entities: [Entity]) -> [UInt8] {
        var tags: [UInt8] = []
        tags.reserveCapacity(entities.count * 4)
        for entity in entities { tags.append(contentsOf: tag(of: entity.value)) }
        return tags
    }

    /// Whether its value is this text, without regard to the case of ASCII letters.
    package func isNamed(_ text: String) -> Bool {
        value.utf8.elementsEqual(text.utf8) { Self.lowered($0) == Self.lowered($1) }
    }

    /// ASCII letters as small ones, as SQLite's lower() has them.
    package static func foldedCase(_ text: String) -> String {
        String(decoding: text.utf8.map(lowered), as: UTF8.self)
    }

    private static func lowered(_ byte: UInt8) -> UInt8 { (0x41...0x5a).contains(byte) ? byte | 0x20 : byte }
}
