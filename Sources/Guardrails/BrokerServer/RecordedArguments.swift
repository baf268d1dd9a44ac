internal import Auditing
private import Cryptography
private import Masking

extension [String] {
    /// A command line as a field. One that is long beyond reading is shortened, and its whole told by count and digest: no request is too
    /// long to be recorded. Each argument is there, a long one with its beginning and its end, so that none hides behind others.
    func recorded(as name: String) -> [AuditField] {
        let limit = 64 << 10
        guard reduce(0, { $0 + $1.recordedSize }) > limit else { return [AuditField(name, .arguments(self))] }
        let whole: [UInt8] = flatMap { argument -> [UInt8] in [UInt8](argument.utf8) + [0] }
        // Secrets are told by all of their form, so they go before anything is cut.
        let shortened = SecretMasking.masked(arguments: self).shortened(to: limit)
        return [
            AuditField(name, .arguments(shortened)), AuditField("\(name)_count", .number(Int64(count))),
            AuditField("\(name)_sha256", SHA256.hash(whole).hexadecimal),
        ]
    }

    /// Each has the same room, of which the short ones leave the others what they do not need.
    private func shortened(to limit: Int) -> [String] {
        var (room, others, share) = (limit, count, limit)
        for size in map(\.recordedSize).sorted() {
            share = room / others
            guard size <= share else { break }
            (room, others) = (room - size, others - 1)
        }
        return map { $0.recordedSize <= share ? $0 : $0.withoutMiddle(of: Swift.max(0, share - 6)) }
    }
}

extension String {
    /// Bytes that it takes in a list, roughly: with its quotes and a comma.
    fileprivate var recordedSize: Int { utf8.count + 3 }

    /// So many bytes of its beginning and its end.
    fileprivate func withoutMiddle(of length: Int) -> String {
        let beginning = length * 2 / 3
        return String(decoding: utf8.prefix(beginning), as: UTF8.self) + "…"
            + String(decoding: utf8.suffix(length - beginning), as: UTF8.self)
    }
}
