/// Which signs a word has that tell what it can be.
struct WordSigns: OptionSet {
    let rawValue: UInt8

    static let dot = WordSigns(rawValue: 1)
    static let colon = WordSigns(rawValue: 2)
    static let slash = WordSigns(rawValue: 4)
    static let backslash = WordSigns(rawValue: 8)
    static let at = WordSigns(rawValue: 16)
    static let dash = WordSigns(rawValue: 32)
    static let equals = WordSigns(rawValue: 64)
    static let bracket = WordSigns(rawValue: 128)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init(_ word: Slice<UnsafeBufferPointer<UInt8>>) {
        var value: UInt8 = 0
        for byte in word {
            switch byte {
            case UInt8(ascii: "."): value |= 1
            case UInt8(ascii: ":"): value |= 2
            case UInt8(ascii: "/"): value |= 4
            case UInt8(ascii: "\\"): value |= 8
            case UInt8(ascii: "@"): value |= 16
            case UInt8(ascii: "-"): value |= 32
            case UInt8(ascii: "="): value |= 64
            case UInt8(ascii: "["): value |= 128
            default: break
            }
        }
        rawValue = value
    }

    /// Addresses, URLs, paths, names with dots, CVE ids: each has one of these.
    var mayBeFormed: Bool { !isDisjoint(with: [.dot, .colon, .slash, .backslash, .at, .dash]) }
}
