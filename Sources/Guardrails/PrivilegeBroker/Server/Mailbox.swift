internal import LinuxSystem
private import Synchronization

/// What happens elsewhere to a request that waits: somebody approved or refused it, its time is up. Its own thread is woken by a pipe,
/// which it waits for along with its client.
final class Mailbox: Sendable {
    private let events = Mutex<[RequestConversation.Event]>([])
    private let reading: SharedDescriptor
    private let writing: SharedDescriptor

    init() throws(SystemError) { (reading, writing) = try SharedDescriptor.pipe() }

    func post(_ event: RequestConversation.Event) {
        let isFirst = events.withLock { events in
            events.append(event)
            return events.count == 1
        }
        // One byte for all that waits: the pipe is never full.
        if isFirst { _ = try? writing.writeAvailable([1]) }
    }

    /// What came since the last call, in order.
    func take() -> [RequestConversation.Event] {
        events.withLock { events in
            defer { events = [] }
            // Nothing there: then nobody wrote.
            if !events.isEmpty { _ = try? reading.readAvailable(limit: 16) }
            return events
        }
    }

    var pollNumber: Int32 { reading.pollNumber }
}
