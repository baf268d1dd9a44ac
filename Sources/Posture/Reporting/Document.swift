/// Something to be written out: JSON, text for people, or a page. It does no I/O of its own; the caller's sink does.
package protocol Document {
    /// Hands the whole over in pieces, in order, each about 64 KiB at most, so that a long one needs little memory.
    func write(to sink: ([UInt8]) throws -> Void) rethrows
}

extension Document {
    /// The whole in one piece.
    package var bytes: [UInt8] {
        var whole: [UInt8] = []
        write { whole += $0 }
        return whole
    }
}
