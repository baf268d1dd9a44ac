/// What waits for an approver, the oldest first: the answer to `bailey requests`. It always fits a message, whatever was asked for and
/// however often.
package struct RequestListing: Sendable, Hashable {
    package var summaries: [RequestSummary]
    /// Requests that wait as well, and for which there was no room.
    package var leftOut: UInt32

    /// Bytes of a command line in a listing; `bailey approve` shows all of it.
    package static let argumentLimit = 256

    /// - Parameter all: everything that waits, the oldest first. Where it is too much, those who ask for most lose their latest: nobody's
    ///   requests hide another's.
    package init(fitting all: [RequestSummary]) {
        var counts: [String: Int] = [:]
        let ranked = all.enumerated().map { place, summary in
            counts[summary.requester, default: 0] += 1
            return (rank: counts[summary.requester, default: 0], place: place, summary: summary.abbreviated)
        }
        var room = ProtocolLimits.frame - 64
        let kept = ranked.sorted { ($0.rank, $0.place) < ($1.rank, $1.place) }.prefix(ProtocolLimits.items).prefix {
            room -= $0.summary.encodedSize
            return room >= 0
        }
        summaries = kept.sorted { $0.place < $1.place }.map(\.summary)
        leftOut = UInt32(clamping: all.count - summaries.count)
    }
}

extension RequestListing: FieldRecord {
    func writeFields(to writer: inout FieldWriter) {
        writer.put(1, summaries)
        writer.put(2, leftOut)
    }

    init(from reader: inout FieldReader) throws(ProtocolError) {
        summaries = try reader.required(1)
        leftOut = try reader.required(2)
    }
}

extension RequestSummary {
    /// With a command line that is cut where it is long, and says so.
    fileprivate var abbreviated: RequestSummary {
        var (summary, room) = (self, RequestListing.argumentLimit)
        summary.arguments = []
        for argument in arguments {
            guard argument.utf8.count <= room else {
                summary.arguments.append(String(decoding: argument.utf8.prefix(room), as: UTF8.self) + "…")
                break
            }
            // An empty argument takes room too.
            room = max(0, room - argument.utf8.count - 1)
            summary.arguments.append(argument)
        }
        return summary
    }

    /// Bytes that it takes in a list.
    fileprivate var encodedSize: Int {
        var writer = FieldWriter(capacity: 512)
        writer.writeWithLength { write(to: &$0) }
        return writer.bytes.count
    }
}
