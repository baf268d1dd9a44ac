internal import LinuxSystem

/// What happened where the chain breaks, told from the lines around.
///
/// Let E be the record that is due after line A, and B the line found in its place:
///
/// | B                                              | and then                              | told as                     |
/// |------------------------------------------------|---------------------------------------|-----------------------------|
/// | is no record, or says another hash than its own | the next line is E                   | B inserted                  |
/// |                                                | anything else                         | B changed                   |
/// | names the record before A                      | the line after follows B              | A inserted                  |
/// |                                                | anything else                         | B inserted                  |
/// | has the number of E and names another A        | the line after follows B              | A changed, with a new hash  |
/// |                                                | the next line is E                    | B inserted                  |
/// |                                                | anything else                         | B changed, with a new hash  |
/// | has a lower number than E                      |                                       | B inserted                  |
/// | has a higher number than E                     | the next line is E, B's number again later | B inserted             |
/// |                                                | E stands further down                 | B reordered                 |
/// |                                                | E is nowhere                          | removed, from E on          |
struct ChainBreak {
    /// The line before, and the hash that it names; nil at the start of the log.
    var before: ChainLine?
    /// The number and the hash that the line was to follow.
    var expected: (sequence: UInt64, previous: ArraySlice<UInt8>)
    var line: ChainLine

    private func isDue(_ other: ChainLine) -> Bool {
        other.isSound && other.sequence == expected.sequence && other.previous == expected.previous
    }

    /// - Parameter rest: the lines after `line`; read as far as it takes to tell.
    func problem(_ rest: inout ChainLines) throws(SystemError) -> AuditProblem {
        let next = try rest.next()
        let isNextDue = next.map(isDue) ?? false
        let followsLine = next.map { $0.isSound && line.isSound && $0.previous == line.hash } ?? false
        if let fault = line.fault {
            return isNextDue
                ? told(.inserted, line, "this line \(fault), and the one after it is the record that was due")
                : told(.changed, line, "this line \(fault); record \(expected.sequence) was due")
        }
        if let before, line.previous == before.previous, line.previous != expected.previous {
            // A line that stands there twice is followed either way; the second is the one too many.
            return followsLine && line.hash != before.hash
                ? told(.inserted, before, "the line after it follows the line before it")
                : told(.inserted, line, "it follows the same record as the line before it")
        }
        if line.sequence == expected.sequence {
            if isNextDue { return told(.inserted, line, "the line after it is the record that was due") }
            if followsLine, let before {
                return told(.changed, before, "it was given a new hash, and the line after it names another")
            }
            return told(.changed, line, "it does not name the hash of the record before it, \(expected.sequence - 1)")
        }
        if line.sequence < expected.sequence {
            return told(.inserted, line, "record \(line.sequence) stands where record \(expected.sequence) was due")
        }
        return try gap(next, isNextDue: isNextDue, &rest)
    }

    /// The line has a higher number than the one that is due: either records are missing, or they stand elsewhere.
    private func gap(
        _ next: ChainLine?, isNextDue: Bool, _ rest: inout ChainLines
    ) throws(SystemError) -> AuditProblem {
        var isDueLater = isNextDue
        var isLineAgain = false
        var last: ChainLine?
        var other = next
        while let found = other {
            if isDue(found) { isDueLater = true }
            if found.isSound {
                if found.sequence == line.sequence { isLineAgain = true }
                last = found
            }
            other = try rest.next()
        }
        let missing =
            expected.sequence == line.sequence - 1
            ? "record \(expected.sequence) is" : "records \(expected.sequence) to \(line.sequence - 1) are"
        guard isDueLater else { return told(.removed, line, "\(missing) missing before it") }
        // A line is an extra one where its number stands in its own place too, or is one that the log has no place for; taken from the end,
        // it still follows the last line there is.
        let isFromEnd = last.map { $0.sequence + 1 == line.sequence && $0.hash == line.previous } ?? false
        let hasPlace = last.map { $0.sequence > line.sequence } ?? false
        if isNextDue, isLineAgain || !(hasPlace || isFromEnd) {
            return told(.inserted, line, "the line after it is the record that was due")
        }
        return told(
            .reordered, line,
            "record \(line.sequence) stands where record \(expected.sequence) was due, which stands further down")
    }

    private func told(_ kind: AuditProblem.Kind, _ line: ChainLine, _ reason: String) -> AuditProblem {
        AuditProblem(kind: kind, place: line.place, reason: reason)
    }
}
