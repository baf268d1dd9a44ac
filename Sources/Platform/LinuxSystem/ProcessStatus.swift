/// The fields of `/proc/PID/stat` that are needed (proc_pid_stat(5)). The name stands in parentheses and may itself hold any byte,
/// parentheses and newlines too, so it ends at the last one.
package struct ProcessStatus: Sendable, Hashable {
    package let name: String
    /// One letter: `R` running, `Z` ended and not yet reaped.
    package let state: Character
    package let parent: Int32
    package let processGroup: Int32
    package let session: Int32
    /// The number of the controlling terminal's device; 0 without one.
    package let terminal: UInt32
    package let flags: UInt64
    package let threads: Int
    /// Clock ticks from the start of the host to the start of the process.
    package let startTicks: UInt64

    package init?(_ bytes: [UInt8]) {
        guard let open = bytes.firstIndex(of: 0x28), let close = bytes.lastIndex(of: 0x29), open < close else {
            return nil
        }
        // Counted from field 3, the state: parent is field 4, group 5, session 6, terminal 7, flags 9, threads 20, start
        // time 22.
        let rest = bytes[(close + 1)...].split(separator: 0x20, maxSplits: 20)
        guard rest.count > 19, let state = rest[0].first, let parent = Int32(decimal: rest[1]),
            let group = Int32(decimal: rest[2]), let session = Int32(decimal: rest[3]),
            let terminal = Int32(decimal: rest[4]), let flags = UInt64(decimal: rest[6]),
            let threads = Int(decimal: rest[17]), let start = UInt64(decimal: rest[19])
        else { return nil }
        name = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
        (self.parent, processGroup, self.session) = (parent, group, session)
        self.state = Character(UnicodeScalar(state))
        (self.terminal, self.flags, startTicks) = (UInt32(bitPattern: terminal), flags, start)
        self.threads = threads
    }

    /// Whether something of it runs. The first thread may have ended while others run on: the process then looks like one that waits to be
    /// reaped, and is none.
    package var isLiving: Bool { (state != "Z" && state != "X") || threads > 1 }
}

extension FixedWidthInteger {
    /// A decimal number in ASCII, which is all that the bytes hold: without the detour by a string, for procfs is read often.
    init?(decimal bytes: ArraySlice<UInt8>) {
        var digits = bytes
        let isNegative = Self.isSigned && digits.first == 0x2D
        if isNegative { digits.removeFirst() }
        guard !digits.isEmpty else { return nil }
        var number: Self = 0
        for byte in digits {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            let (shifted, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let digit = Self(truncatingIfNeeded: byte &- 0x30)
            let (sum, isBeyond) =
                isNegative ? shifted.subtractingReportingOverflow(digit) : shifted.addingReportingOverflow(digit)
            guard !isTooLarge, !isBeyond else { return nil }
            number = sum
        }
        self = number
    }
}
