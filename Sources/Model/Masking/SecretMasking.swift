/// Takes secrets out of what is kept: command lines, environments, reasons. One place, so that what is masked in one is masked in all.
///
/// It knows forms, so it can be circumvented by who wants a secret in the log, and it can hide what is no secret; what was run is told by
/// the digests that stand beside. It errs towards showing: a word is masked only where its place or its form says that it is a secret.
package enum SecretMasking {
    package static let mask = "[masked]"

    /// - Parameter name: what the text is the value of, when that is known.
    package static func masked(_ text: String, named name: String? = nil) -> String {
        if let name, SecretName.isSecret(Array(name.utf8)), !text.isEmpty { return mask }
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

    static func isSecret(_ name: some Collection<UInt8>) -> Bool {
        guard name.count <= 128 else { return false }
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
