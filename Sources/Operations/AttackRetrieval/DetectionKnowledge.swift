/// What is known of detection beyond ATT&CK's own text, written for Bailey: which programs, commands, registry keys, event ids, API calls
/// and words of detection rules point to which techniques.
///
/// A table is text. A line names ids, a colon, and phrases between semicolons; a line that starts with a blank goes on with the one
/// before, and one that starts with `#` is a comment:
///
///     T1003.001: lsass memory dump; comsvcs MiniDump;
///         procdump lsass
package struct DetectionKnowledge: Sendable {
    package struct Entry: Hashable, Sendable {
        package let technique: TechniqueID
        package let phrase: String
    }

    package private(set) var entries: [Entry] = []

    package init(parsing text: String) throws(AttackError) {
        var current: [TechniqueID] = []
        for (offset, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            var phrases = line
            if !line.hasPrefix(" ") {
                guard let colon = line.firstIndex(of: ":") else {
                    throw .knowledge(line: offset + 1, "no technique id and colon at its start")
                }
                current = []
                for word in line[..<colon].split(separator: " ") {
                    guard let id = TechniqueID(String(word)) else {
                        throw .knowledge(line: offset + 1, "`\(word)` is no technique id")
                    }
                    current.append(id)
                }
                phrases = line[line.index(after: colon)...]
            }
            guard !current.isEmpty else { throw .knowledge(line: offset + 1, "phrases of no technique") }
            for phrase in phrases.split(separator: ";") {
                let phrase = phrase.split(separator: " ").joined(separator: " ")
                guard !phrase.isEmpty else { continue }
                entries += current.map { Entry(technique: $0, phrase: phrase) }
            }
        }
    }
}
