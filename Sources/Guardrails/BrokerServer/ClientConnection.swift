internal import BrokerProtocol
internal import LinuxSystem
internal import PrivilegeBroker
private import Synchronization

/// The messages of one client, within bounds: nothing that it sends, withholds or does not read keeps its thread longer than agreed.
final class ClientConnection: Sendable {
    /// Why there is nobody to talk to any more.
    enum Loss: Error, Sendable, Hashable {
        /// It has closed its end, or the kernel did.
        case gone
        /// It began a message and did not end it, or does not read.
        case slow
        /// It does not speak the protocol.
        case broken(ProtocolError)
        /// It sent a file that nobody but its own thread may be kept waiting by.
        case unfit(SystemError)
    }

    fileprivate struct State {
        var assembler = MessageAssembler()
        /// The greeting, until it goes out along with what is said first.
        var greeting: [UInt8] = []
        var descriptors: [SharedDescriptor] = []
        /// When the message that is under way has to be whole.
        var wholeBy: ContinuousClock.Instant?
    }

    /// Descriptors that wait for the message they belong to; more are a client's mistake or malice.
    private static let descriptorLimit = 16
    private static let readSize = 64 << 10

    private let connection: UnixConnection
    private let patience: Duration
    private let state = Mutex(State())

    init(_ connection: UnixConnection, patience: Duration) {
        self.connection = connection
        self.patience = patience
    }

    /// For an event loop. What was read already is no event: call `available()` first.
    var pollNumber: Int32 { connection.pollNumber }

    /// Greets the client. Where it has asked something along with its own greeting, ours goes out with the answer: woken for it alone, the
    /// client would have nothing to do yet.
    func greet(_ hello: Hello) throws(Loss) {
        let bytes = try Self.bytes(of: .hello(hello))
        let hasAsked = state.withLock { state in
            if state.assembler.isMidway { state.greeting = bytes }
            return state.assembler.isMidway
        }
        if !hasAsked { try send(bytes, []) }
    }

    func send(_ message: ServerMessage, descriptors: [SharedDescriptor] = []) throws(Loss) {
        try send(takeGreeting() + Self.bytes(of: message), descriptors)
    }

    private static func bytes(of message: ServerMessage) throws(Loss) -> [UInt8] {
        do throws(ProtocolError) { return try message.encoded() } catch { throw .broken(error) }
    }

    private func takeGreeting() -> [UInt8] {
        state.withLock { state in
            defer { state.greeting = [] }
            return state.greeting
        }
    }

    private func send(_ bytes: [UInt8], _ descriptors: [SharedDescriptor]) throws(Loss) {
        do throws(SystemError) {
            try connection.send(bytes, descriptors: descriptors, until: .now + patience)
        } catch {
            throw error.code == .timedOut ? .slow : .gone
        }
    }

    /// Sends what the client takes now of bytes that were encoded before, and returns how many those were.
    func sendAvailable(_ bytes: ArraySlice<UInt8>) throws(Loss) -> Int {
        let greeting = takeGreeting()
        if !greeting.isEmpty { try send(greeting, []) }
        do throws(SystemError) { return try connection.sendAvailable(bytes) } catch { throw .gone }
    }

    /// The next message; nil when none came before the deadline.
    func next(until deadline: ContinuousClock.Instant) throws(Loss) -> ClientMessage? {
        while true {
            if let message = try state.withLock({ state throws(Loss) in try state.next(patience) }) { return message }
            let bound = state.withLock { min($0.wholeBy ?? deadline, deadline) }
            guard try read(until: bound) else {
                if let wholeBy = state.withLock({ $0.wholeBy }), wholeBy <= .now { throw .slow }
                return nil
            }
        }
    }

    /// Whole messages that are there now, without waiting.
    func available(limit: Int = 64) throws(Loss) -> [ClientMessage] {
        var messages: [ClientMessage] = []
        while messages.count < limit {
            if let message = try state.withLock({ state throws(Loss) in try state.next(patience) }) {
                messages.append(message)
            } else if try !read(until: .now) {
                break
            }
        }
        if messages.isEmpty, let wholeBy = state.withLock({ $0.wholeBy }), wholeBy <= .now { throw .slow }
        return messages
    }

    /// When a message that is under way has to be whole; nil when none is.
    var wholeBy: ContinuousClock.Instant? { state.withLock { $0.wholeBy } }

    /// Takes the descriptors that came along, exactly `count` of them.
    func takeDescriptors(_ count: Int) throws(Loss) -> [SharedDescriptor] {
        try state.withLock { state throws(Loss) in
            defer { state.descriptors = [] }
            guard state.descriptors.count == count else { throw .broken(.missingField(tag: 0)) }
            return state.descriptors
        }
    }

    /// False when nothing came before the deadline.
    private func read(until deadline: ContinuousClock.Instant) throws(Loss) -> Bool {
        var received: UnixConnection.Received
        do throws(SystemError) {
            received = try connection.receive(
                atMost: Self.readSize, descriptors: Self.descriptorLimit, until: deadline)
        } catch {
            if error.code == .timedOut { return false }
            throw .gone
        }
        guard !received.bytes.isEmpty else { throw .gone }
        // It may hold a secret; the assembler wipes its own copy.
        defer { received.bytes.wipe(0..<received.bytes.count) }
        let isTooMany = state.withLock { state in
            state.assembler.append(received.bytes)
            state.descriptors += received.descriptors
            return state.descriptors.count > Self.descriptorLimit
        }
        if isTooMany { throw .broken(.tooLong(tag: 0)) }
        // They are closed along with the connection, by its own thread, and are in no other process by then.
        do throws(SystemError) {
            for descriptor in received.descriptors { try descriptor.checkClosesAtOnce() }
        } catch {
            throw .unfit(error)
        }
        return true
    }
}

extension ClientConnection.State {
    fileprivate mutating func next(_ patience: Duration) throws(ClientConnection.Loss) -> ClientMessage? {
        do throws(ProtocolError) {
            if let message = try assembler.next(ClientMessage.self) {
                wholeBy = assembler.isMidway ? .now + patience : nil
                return message
            }
        } catch {
            throw .broken(error)
        }
        wholeBy = assembler.isMidway ? wholeBy ?? .now + patience : nil
        return nil
    }
}
