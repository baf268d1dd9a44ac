package import BrokerProtocol
package import LinuxSystem

/// One connection with the broker: greeted on both sides, then messages with the descriptors that come along. Our greeting goes out along
/// with what is asked first, and the broker's is read before its answer: nobody waits for a greeting alone.
package final class BrokerConnection {
    private let socket: UnixConnection
    private var assembler = MessageAssembler()
    /// Those that came and that no message has taken yet.
    private var descriptors: [SharedDescriptor] = []
    /// Said, and not taken by the kernel yet.
    private var unsent: [UInt8] = []
    private var isAtEnd = false
    private var isGreeted = false

    /// How long the broker may take for accepting the connection, and for reading what it is told.
    package static let patience: Duration = .seconds(20)
    /// Documents to edit come in one message at most.
    private static let descriptorLimit = 64
    /// What the heap of a short command has room for without asking the kernel for more, and giving it back.
    private static let readSize = 32 << 10

    private init(_ socket: UnixConnection) { self.socket = socket }

    /// Connects.
    ///
    /// - Parameter user: who has to be listening, by the kernel's word (`SO_PEERCRED`): what a person types is for root alone. Only
    ///   tests name another than root.
    package static func open(
        _ path: String, program: String, user: UInt32 = 0, until deadline: ContinuousClock.Instant = .now + patience
    ) throws(BrokerClientError) -> BrokerConnection {
        let socket: UnixConnection
        let listener: UInt32
        do throws(SystemError) {
            socket = try UnixConnection.connect(to: path, until: deadline)
            listener = try socket.peerUser()
        } catch {
            throw .unreachable(path: path, why: error.reason)
        }
        guard listener == user else { throw .impostor(path: path, user: listener) }
        let connection = BrokerConnection(socket)
        connection.unsent = try frame(.hello(Hello(program: program)))
        return connection
    }

    /// For tests: both greetings are the caller's.
    package convenience init(speakingOver socket: UnixConnection) {
        self.init(socket)
        isGreeted = true
    }

    /// For an event loop: becomes readable when the broker says something.
    package var pollNumber: Int32 { socket.pollNumber }
    /// Whether the kernel has still to take something that was said.
    package var hasUnsent: Bool { !unsent.isEmpty }
    package var unsentCount: Int { unsent.count }

    /// Says it and waits until it is sent; its bytes are wiped, for they may hold what a person typed.
    package func send(
        _ message: ClientMessage, descriptors: [SharedDescriptor] = [],
        until deadline: ContinuousClock.Instant = .now + patience
    ) throws(BrokerClientError) {
        var said = try Self.frame(message)
        defer { said.wipe(0..<said.count) }
        var frame = unsent.isEmpty ? said : unsent + said
        defer { frame.wipe(0..<frame.count) }
        unsent = []
        do throws(SystemError) {
            try socket.send(frame, descriptors: descriptors, until: deadline)
        } catch {
            try throwUnlessClosed(error)
        }
    }

    /// Says it as soon as the broker reads: `flush` goes on with it. For a command's input.
    package func enqueue(_ message: ClientMessage) throws(BrokerClientError) {
        unsent += try Self.frame(message)
        try flush()
    }

    /// Sends what the kernel takes now.
    package func flush() throws(BrokerClientError) {
        while !unsent.isEmpty {
            do throws(SystemError) {
                let count = try socket.sendAvailable(unsent[...])
                guard count > 0 else { return }
                unsent.removeFirst(count)
            } catch {
                unsent = []
                try throwUnlessClosed(error)
            }
        }
    }

    /// A broker that has closed may have said why before: that is still to be read, and its end is told by reading.
    private func throwUnlessClosed(_ error: SystemError) throws(BrokerClientError) {
        guard error.code == .brokenPipe || error.code == .connectionReset else { throw .system(error) }
    }

    private static func frame(_ message: ClientMessage) throws(BrokerClientError) -> [UInt8] {
        do throws(ProtocolError) {
            return try message.encoded()
        } catch {
            throw .tooLarge(error)
        }
    }

    /// Waits for the next message.
    package func next(until deadline: ContinuousClock.Instant?) throws(BrokerClientError) -> ServerMessage {
        while true {
            if let message = try available() { return message }
            var entries = [PollEntry(pollNumber)]
            do throws(SystemError) {
                guard try poll(&entries, until: deadline) else {
                    throw SystemError("wait for", "the broker", code: .timedOut)
                }
            } catch {
                throw .system(error)
            }
        }
    }

    /// The next message that has arrived whole; nil when none has.
    package func available() throws(BrokerClientError) -> ServerMessage? {
        while true {
            let message: ServerMessage?
            do throws(ProtocolError) {
                message = try assembler.next()
            } catch {
                throw .outOfStep(error.description)
            }
            if let message {
                if isGreeted { return message }
                try take(greeting: message)
                continue
            }
            guard !isAtEnd else { throw .closed }
            guard try receive() else { return nil }
        }
    }

    private func take(greeting message: ServerMessage) throws(BrokerClientError) {
        guard case .hello(let hello) = message else { throw .outOfStep("something else than a greeting") }
        do throws(ProtocolError) { try hello.check() } catch { throw .outOfStep(error.description) }
        isGreeted = true
    }

    /// False when nothing has arrived.
    private func receive() throws(BrokerClientError) -> Bool {
        do throws(SystemError) {
            let limit = UnixConnection.descriptorLimit
            guard let received = try socket.receiveAvailable(atMost: Self.readSize, descriptors: limit) else {
                return false
            }
            isAtEnd = received.bytes.isEmpty
            assembler.append(received.bytes)
            descriptors += received.descriptors
        } catch {
            guard error.code == .connectionReset else { throw .system(error) }
            isAtEnd = true
        }
        guard descriptors.count <= Self.descriptorLimit else { throw .outOfStep("more descriptors than are taken") }
        return true
    }

    /// The descriptors that came with the message read last, which says how many there are.
    package func takeDescriptors(_ count: Int) throws(BrokerClientError) -> [SharedDescriptor] {
        guard descriptors.count == count else {
            throw .outOfStep("\(descriptors.count) descriptors where there should be \(count)")
        }
        defer { descriptors = [] }
        return descriptors
    }
}
