private import Glibc

/// A file that an event loop waits for (poll(2)).
package struct PollEntry: Sendable {
    /// What `pollNumber` of an open file says.
    package let number: Int32
    package var wantsReading: Bool
    package var wantsWriting: Bool
    /// There is something to read, or the end, or an error to be had by reading.
    package fileprivate(set) var isReadable = false
    /// Something can be written, or an error be had by writing.
    package fileprivate(set) var isWritable = false
    /// The other side has gone altogether (POLLHUP, POLLERR), asked for or not.
    package fileprivate(set) var isClosed = false

    package init(_ number: Int32, reading: Bool = true, writing: Bool = false) {
        self.number = number
        wantsReading = reading
        wantsWriting = writing
    }
}

/// Waits until one of the files is ready, and notes which are; false when the deadline passed first.
package func poll(_ entries: inout [PollEntry], until deadline: ContinuousClock.Instant?) throws(SystemError) -> Bool {
    var files = entries.map { entry in
        let events = (entry.wantsReading ? POLLIN | POLLRDHUP : 0) | (entry.wantsWriting ? POLLOUT : 0)
        return pollfd(fd: entry.number, events: Int16(events), revents: 0)
    }
    while true {
        let ready = Glibc.poll(&files, nfds_t(files.count), deadline?.millisecondsLeft ?? -1)
        if ready == 0 {
            if let deadline, deadline > .now { continue }
            for index in entries.indices { entries[index].note(0) }
            return false
        }
        if ready > 0 { break }
        let reason = errno
        guard reason == EINTR else { throw SystemError("wait for", "open files", errorNumber: reason) }
    }
    for (index, file) in files.enumerated() { entries[index].note(Int32(file.revents)) }
    return true
}

/// Linux's number; declared under _GNU_SOURCE only.
private let POLLRDHUP: Int32 = 0x2000

extension PollEntry {
    fileprivate mutating func note(_ events: Int32) {
        isClosed = events & (POLLHUP | POLLERR) != 0
        isReadable = wantsReading && (events & (POLLIN | POLLRDHUP) != 0 || isClosed)
        isWritable = wantsWriting && (events & POLLOUT != 0 || isClosed)
    }
}
