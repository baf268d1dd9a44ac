/// A control sequence (CSI, ECMA-48) by its parameters and its final character.
struct ControlSequence {
    static let lengthLimit = 64

    private let parameters: String
    private let final: Unicode.Scalar

    init(_ parameters: String, final: Unicode.Scalar) { (self.parameters, self.final) = (parameters, final) }

    /// Whether all it does is to show, move and erase on the screen. Numbers have at most four digits: no terminal is larger, and some
    /// were made to work for minutes by larger ones.
    var isHarmless: Bool {
        if parameters.hasPrefix("?") { return isHarmlessMode }
        let separators: Set<Character> = final == "m" ? [";", ":"] : [";"]
        let numbers = parameters.split(omittingEmptySubsequences: false) { separators.contains($0) }
        guard numbers.allSatisfy({ $0.count <= 4 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return false
        }
        switch final {
        // Colours and attributes.
        case "m": return numbers.count <= 32
        // To a place: CUP, HVP. Margins: DECSTBM.
        case "H", "f", "r": return numbers.count <= 2
        // By steps or to a column or line: CUU to CHA, HPA, HPR, VPA, VPR, CHT, CBT.
        case "A", "B", "C", "D", "E", "F", "G", "`", "a", "d", "e", "I", "Z": return numbers.count == 1
        // Erasing, inserting, deleting, scrolling. With more parameters, T is about the mouse (xterm).
        case "J", "K", "X", "@", "L", "M", "P", "S", "T": return numbers.count == 1
        // The cursor's place, kept and taken back.
        case "s", "u": return parameters.isEmpty
        default: return false
        }
    }

    /// Wrapping, the cursor's visibility, the alternate screen.
    private var isHarmlessMode: Bool {
        guard final == "h" || final == "l" else { return false }
        return parameters.dropFirst().split(separator: ";", omittingEmptySubsequences: false).allSatisfy {
            ["7", "12", "25", "47", "1047", "1048", "1049"].contains($0)
        }
    }
}
