/// Words of the paths and event headers that most events have.
enum PathWords {
    private static let words: Set<String> = Set(
        """
        administrator administrators appdata apr aug authority bin common corporation dec desktop dll documents downloads etc exe
        feb files home jan jul jun lib local mar microsoft nov nt oct operating operational opt program programdata roaming sbin sep
        sysmon system32 syswow64 users usr var windows winbuild x86
        """.split { $0 == " " || $0 == "\n" }.map(String.init))

    private static let longest = words.map(\.utf8.count).max() ?? 0

    static func contains(_ word: ArraySlice<UInt8>) -> Bool {
        word.count <= longest && words.contains(String(decoding: word, as: UTF8.self))
    }
}
