/// Takes secrets out of what is kept: command lines, environments, reasons. One place, so that what is masked in one is masked in all.
///
/// It knows forms, so it can be circumvented by who wants a secret in the log, and it can hide what is no secret; what was run is told by
/// the digests that stand beside. It errs towards showing: a word is masked only where its place or its form says that it is a secret.
package enum SecretMasking {
    package static let mask = "[masked]"

    /// - Parameter name: what the text is the value of, when that is known.
    package static func masked(_ text: String, named name: String? = nil) -> String {
        if var name, !text.isEmpty, name.withUTF8({ SecretName.isSecret($0) }) { return mask }
        guard ScannedText.mayHoldSecret(text) else { return text }
        let scanned = ScannedText(text)
        return replace(SecretPatterns.all.flatMap { $0.secrets(in: scanned) }, in: scanned, text)
    }

    package static func masked(environment: [(name: String, value: String)]) -> [(name: String, value: String)] {
        environment.map { ($0.name, masked($0.value, named: $0.name)) }
    }

    /// A command line, the program first.
    package static func masked(arguments: [String]) -> [String] {
        var result = ArgumentSecrets.masked(arguments)
        for index in result.indices where result[index] == arguments[index] {
            result[index] = masked(arguments[index])
        }
        return result
    }

    private static func replace(_ ranges: [Range<Int>], in scanned: ScannedText, _ text: String) -> String {
        if ranges.isEmpty { return text }
        var result: [UInt8] = []
        var index = 0
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where !range.isEmpty {
            if range.lowerBound >= index {
                result += scanned.bytes[index..<range.lowerBound]
                result += mask.utf8
            }
            index = max(index, range.upperBound)
        }
        result += scanned.bytes[index...]
        return String(decoding: result, as: UTF8.self)
    }
}

/// Names whose values are secrets: `--password`, `DB_PASS`, `apiKey`, `X-Auth-Token`.
enum SecretName {
    private static let endings = [
        "password", "passwd", "passphrase", "passcode", "secret", "token", "apikey", "accesskey", "secretkey",
        "privatekey",
        "authkey", "credential", "credentials",
    ].map { Array($0.utf8) }
    /// Too short to be an ending: `compass`, `bypass`.
    private static let words: Set<[UInt8]> = [Array("pass".utf8), Array("pw".utf8), Array("pwd".utf8)]

    /// The last two letters of all of them: most names end otherwise, and cost no more than the look.
    private static let lastPairs = Set((endings + words).map(lastPair)).sorted()

    /// The last two letters or digits, in small letters; none where there are not two.
    private static func lastPair(_ name: some BidirectionalCollection<UInt8>) -> UInt16 {
        var pair: UInt16 = 0
        var count = 0
        var index = name.endIndex
        while count < 2, index > name.startIndex {
            name.formIndex(before: &index)
            let byte = name[index]
            guard byte.isLetter || byte.isDigit else { continue }
            pair |= UInt16(byte.isLetter ? byte | 0x20 : byte) << (count == 0 ? 0 : 8)
            count += 1
        }
        return count == 2 ? pair : 0
    }

    static func isSecret(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        guard lastPairs.contains(lastPair(name)), name.count <= 128 else { return false }
        let letters = name.map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        let joined = letters.filter { $0.isLetter || $0.isDigit }
        if endings.contains(where: { joined.count >= $0.count && joined.suffix($0.count).elementsEqual($0) }) {
            return true
        }
        let parts = letters.split { !$0.isLetter && !$0.isDigit }
        // PWD alone is the working directory, as is OLDPWD; DB_PWD is not.
        guard let last = parts.last, words.contains(Array(last)) else { return false }
        return parts.count > 1 || last.elementsEqual("pass".utf8) || name.first == UInt8(ascii: "-")
    }
}
