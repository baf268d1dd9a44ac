package import Cryptography
internal import LinuxSystem

/// Checks a log, or a copy of one, without writing anything: that every line is what its hash was made of, that every record follows the
/// one before, over all files, and that heads signed earlier name records that are there.
///
/// A chain alone tells what was done to its middle. That its end was cut, or all of it written anew, only a head tells that was kept where
/// whoever did it could not reach.
package struct AuditVerifier: Sendable {
    /// A head to hold the log against, and what to call it.
    package struct KeptHead: Sendable, Hashable {
        package var name: String
        package var head: SignedHead

        package init(name: String, head: SignedHead) {
            self.name = name
            self.head = head
        }
    }

    private let paths: [(name: String, path: String)]
    private let heads: [KeptHead]
    private let publicKey: Ed25519.PublicKey?
    /// Heads beside the log that cannot be read as such.
    private var brokenHeads: [AuditProblem] = []

    /// - Parameters:
    ///   - path: the directory of a log, or one of its files alone.
    ///   - heads: heads kept elsewhere; those beside the log are checked as well.
    ///   - publicKey: the key that heads must be signed with; nil leaves signatures unchecked, and says so.
    package init(path: String, heads: [KeptHead] = [], publicKey: Ed25519.PublicKey?) throws(AuditError) {
        self.publicKey = publicKey
        let kind = try auditing { () throws(SystemError) in try FileTree().metadata(of: path).kind }
        guard kind == .directory else {
            paths = [(path.split(separator: "/").last.map(String.init) ?? path, path)]
            self.heads = heads
            return
        }
        let files = try AuditFile.all(in: path)
        guard !files.isEmpty else {
            throw .unfit(path: path, why: "holds no audit log: no file named audit-00000001.jsonl")
        }
        paths = files.map { ($0.name, "\(path)/\($0.name)") }
        var all = heads
        for name in try AuditFile.names(in: path).sorted() where name == AuditName.head || Self.isClosingHead(name) {
            do throws(AuditError) {
                all.append(KeptHead(name: name, head: try SignedHead.read("\(path)/\(name)")))
            } catch {
                guard case .unfit(_, let why) = error else { throw error }
                brokenHeads.append(AuditProblem(kind: .head, reason: "\(name) \(why)"))
            }
        }
        self.heads = all
    }

    private static func isClosingHead(_ name: String) -> Bool {
        name.hasSuffix(".head") && AuditFile(name: name.dropLast(5) + ".jsonl") != nil
    }

    package func verify() throws(AuditError) -> AuditVerification {
        try auditing { () throws(SystemError) in try follow() }
    }

    private func follow() throws(SystemError) -> AuditVerification {
        var result = AuditVerification()
        result.files = paths.map(\.name)
        result.problems = brokenHeads
        var lines = ChainLines(paths)
        var before: ChainLine?
        var clock = ClockSteps()
        var pending = checkSignatures(&result).sorted { $0.head.sequence > $1.head.sequence }
        while let line = try lines.next() {
            let expected = before.map { (sequence: $0.sequence + 1, previous: $0.hash) } ?? start(line)
            guard line.isSound, line.sequence == expected.sequence, line.previous == expected.previous else {
                let broken = ChainBreak(before: before, expected: expected, line: line)
                result.problems.append(try broken.problem(&lines))
                break
            }
            while let kept = pending.last, kept.head.sequence <= line.sequence {
                pending.removeLast()
                check(kept, against: line, &result)
            }
            clock.note(line)
            if before == nil { result.first = line.sequence }
            result.recordCount += 1
            before = line
        }
        if let before { result.last = AuditLog.Receipt(before) }
        result.lastTime = before.flatMap { AuditTime(text: $0.time) }
        conclude(&result, pending: pending, unfinished: lines.unfinished, clock: clock)
        return result
    }

    /// What the first line has to follow. A log whose first files were put away begins later; then its first record is taken as it is.
    private func start(_ line: ChainLine) -> (sequence: UInt64, previous: ArraySlice<UInt8>) {
        let isFirstFile = AuditFile(name: line.place.file)?.number == 1
        guard line.isSound, line.sequence > 1, !isFirstFile else {
            return (1, ArraySlice(AuditDigest.none.hexadecimal.utf8))
        }
        return (line.sequence, line.previous)
    }
}

// MARK: Heads

extension AuditVerifier {
    /// The heads that the key signed; the others are problems.
    private func checkSignatures(_ result: inout AuditVerification) -> [KeptHead] {
        guard let publicKey else {
            if !heads.isEmpty {
                result.notices.append("no public key was given, so the signatures of heads were not checked")
            }
            return heads
        }
        return heads.filter { kept in
            if kept.head.isSigned(by: publicKey) { return true }
            let why = kept.head.key == publicKey ? "is not signed with its key" : "is signed with another key"
            result.problems.append(AuditProblem(kind: .head, reason: "\(kept.name) \(why)"))
            return false
        }
    }

    private func check(_ kept: KeptHead, against line: ChainLine, _ result: inout AuditVerification) {
        let head = kept.head
        guard head.sequence == line.sequence else {
            result.notices.append("\(kept.name) names record \(head.sequence), which is older than what is here")
            return
        }
        result.checkedHeads += 1
        guard !line.hash.elementsEqual(head.hash.hexadecimal.utf8) else { return }
        let reason = "record \(head.sequence) is another than the one that \(kept.name) was signed for at \(head.time)"
        result.problems.append(AuditProblem(kind: .rewritten, place: line.place, reason: reason))
    }

    private func conclude(
        _ result: inout AuditVerification, pending: [KeptHead], unfinished: AuditProblem.Place?, clock: ClockSteps
    ) {
        let isWhole = !result.problems.contains { $0.place != nil && $0.kind != .rewritten }
        for kept in pending.reversed() where isWhole {
            let end = result.last.map { "the log ends with record \($0.sequence)" } ?? "the log is empty"
            let reason = "\(kept.name), signed at \(kept.head.time), names record \(kept.head.sequence); \(end)"
            result.problems.append(AuditProblem(kind: .cut, reason: reason))
        }
        if !isWhole, !pending.isEmpty {
            result.notices.append(
                "heads of records after the break were not checked: \(pending.map(\.name).joined(separator: ", "))")
        }
        if let first = result.first, first > 1 {
            result.notices.append("the log here begins with record \(first); what came before was not looked at")
        }
        if let unfinished {
            result.notices.append(
                "\(unfinished.file):\(unfinished.line): the last line has no end and was not counted; it is being written, or was torn"
            )
        }
        if heads.isEmpty {
            result.notices.append("no head was there to hold the log against, so a cut end would not be seen")
        }
        if clock.count > 0 {
            result.notices.append("the clock went back \(clock.count) times; order is by number, not by time")
        }
    }
}

/// How often the wall clock went back between two records.
private struct ClockSteps {
    var count = 0
    private var last: ArraySlice<UInt8> = []

    mutating func note(_ line: ChainLine) {
        if line.time.lexicographicallyPrecedes(last) { count += 1 }
        last = line.time
    }
}

extension AuditLog.Receipt {
    /// - Parameter line: sound, so its hash is 64 hexadecimal digits.
    fileprivate init?(_ line: ChainLine) {
        guard let hash = AuditDigest(hexadecimal: line.hash) else { return nil }
        self.init(sequence: line.sequence, hash: hash)
    }
}
