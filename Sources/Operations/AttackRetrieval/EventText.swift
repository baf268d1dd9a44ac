/// Reads an event as programs write it, field by field, whatever its form: JSON, `key=value`, `key: value`, syslog.
///
/// Values are kept and the names of fields left out: they are the same in every event of a kind. Left out too is what is different in
/// each event and says nothing of what was done: whose it was, where and when, numbers, addresses, GUIDs, digests, and the words of paths
/// that most paths have.
struct EventText {
    private let bytes: [UInt8]
    private let isObject: Bool

    init(_ text: some Collection<UInt8>) {
        bytes = Array(text)
        isObject = bytes.first { !Self.isBlank($0) } == UInt8(ascii: "{")
    }

    /// The fields found, up to what it takes to call a text raw.
    private var firstFields: [Int] {
        var found: [Int] = []
        var index = 0
        while let run = Self.run(in: bytes, from: index), found.count < 3 {
            if let end = Self.fieldEnd(after: run, in: bytes) {
                found.append(run.lowerBound)
                index = end
            } else {
                index = run.upperBound
            }
        }
        return found
    }

    /// Whether a program wrote it.
    var isRaw: Bool {
        let fields = firstFields.count
        return fields >= 3 || (isObject && fields > 0)
    }

    /// Where a sentence that stands before the event ends; 0 when there is none.
    var titleEnd: Int {
        guard !isObject, let first = firstFields.first else { return 0 }
        var end = first
        while end > 0 {
            end -= 1
            let byte = bytes[end]
            let endsSentence =
                (byte == UInt8(ascii: " ") && end > 0 && bytes[end - 1] == UInt8(ascii: "."))
                || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t")
            if endsSentence { return bytes[..<end].contains(UInt8(ascii: " ")) ? end : 0 }
        }
        return 0
    }

    /// Calls `body` with each word of a value, in small letters; ends early when it returns false.
    func forEachWord(_ body: (ArraySlice<UInt8>) -> Bool) {
        forEachWordOfValues { word in Self.tells(word) ? body(word) : true }
    }

    /// Whether a word can say what was done: it is no number, and none of the words that most paths have.
    static func tells(_ word: ArraySlice<UInt8>) -> Bool { !isMeaningless(word) && !PathWords.contains(word) }

    /// The same with words that tell nothing.
    func forEachWordOfValues(_ body: (ArraySlice<UInt8>) -> Bool) {
        var index = 0
        var isDropped = false
        var goesOn = true
        while let run = Self.run(in: bytes, from: index) {
            if let end = Self.fieldEnd(after: run, in: bytes) {
                isDropped = FieldNames.identify(bytes[run])
                index = end
                continue
            }
            index = run.upperBound
            if isDropped || Self.isGUID(bytes[run]) { continue }
            TermReader.forEachWord(in: bytes[run]) { word in
                goesOn = body(word)
                return goesOn
            }
            guard goesOn else { return }
        }
    }
}

extension EventText {
    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func belongsToRun(_ byte: UInt8) -> Bool {
        TermReader.letter(byte) != nil || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "-")
    }

    /// The next run of letters, digits, `_`, `.` and `-`.
    private static func run(in bytes: [UInt8], from start: Int) -> Range<Int>? {
        var lower = start
        while lower < bytes.count, !belongsToRun(bytes[lower]) { lower += 1 }
        guard lower < bytes.count else { return nil }
        var upper = lower
        while upper < bytes.count, belongsToRun(bytes[upper]) { upper += 1 }
        return lower..<upper
    }

    /// Where the value begins when the run is the name of a field: in quotes or not, then `=`, or `:` that belongs to no path, URL, time
    /// or C++ name. An option (`/user:`, `--output=`) is none.
    private static func fieldEnd(after run: Range<Int>, in bytes: [UInt8]) -> Int? {
        guard run.count <= 61, let first = bytes[run].first, !isDigit(first), first != UInt8(ascii: "-"),
            first != UInt8(ascii: ".")
        else { return nil }
        if run.lowerBound > 0, [UInt8(ascii: "/"), UInt8(ascii: "\\")].contains(bytes[run.lowerBound - 1]) {
            return nil
        }
        var index = run.upperBound
        func next() -> UInt8 { index < bytes.count ? bytes[index] : 0 }
        if next() == UInt8(ascii: "\\") { index += 1 }
        if next() == UInt8(ascii: "\"") { index += 1 }
        if isBlank(next()) { index += 1 }
        let sign = next()
        index += 1
        switch (sign, next()) {
        case (UInt8(ascii: "="), UInt8(ascii: "=")): return nil
        case (UInt8(ascii: "="), _): return index
        case (UInt8(ascii: ":"), UInt8(ascii: "\\")), (UInt8(ascii: ":"), UInt8(ascii: "/")): return nil
        case (UInt8(ascii: ":"), UInt8(ascii: ":")): return nil
        case (UInt8(ascii: ":"), _): return index
        default: return nil
        }
    }

    /// 8-4-4-4-12 hexadecimal digits.
    private static func isGUID(_ run: ArraySlice<UInt8>) -> Bool {
        guard run.count == 36 else { return false }
        return run.enumerated().allSatisfy { offset, byte in
            [8, 13, 18, 23].contains(offset) ? byte == UInt8(ascii: "-") : isHexadecimal(byte)
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    /// A number, a piece of a time (`24t17`, `30z`), or hexadecimal of eight digits and more.
    private static func isMeaningless(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count >= 2, let first = word.first else { return true }
        let letters = word.lazy.filter { !isDigit($0) }
        if letters.isEmpty { return true }
        if isDigit(first), letters.count == 1, let letter = letters.first,
            letter == UInt8(ascii: "t") || letter == UInt8(ascii: "z")
        {
            return true
        }
        let digits = word.starts(with: "0x".utf8) ? word.dropFirst(2) : word
        return digits.count >= 8 && digits.allSatisfy(isHexadecimal)
    }
}
