/// Words that tell no technique from another: those of every English text, and those of every text about attacks or detection.
enum StopWords {
    private static let words: Set<String> = Set(
        """
        about above after again against all also am an and any are as at be because been before being below between both but by can
        could did do does doing down during each few for from further had has have having he her here hers him his how if in into is
        it its itself just may me might more most must my no nor not of off on once only or other our out over own same she should
        so some such than that the their them then there these they this those through to too under until up upon use used uses
        using very via was we were what when where which while who whom why will with within without would you your
        adversaries adversary attacker attackers detect detected detection detects rule
        """.split { $0 == " " || $0 == "\n" }.map(String.init))

    private static let longest = words.map(\.utf8.count).max() ?? 0

    static func contains(_ word: ArraySlice<UInt8>) -> Bool {
        word.count <= longest && words.contains(String(decoding: word, as: UTF8.self))
    }
}
