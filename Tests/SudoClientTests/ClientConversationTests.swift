import BrokerProtocol
import LinuxSystem
import TestSupport
import Testing

@testable import SudoClient

@Suite struct ClientConversationTests {
    private static let request = RunRequest(arguments: ["true"], workingDirectory: "/")

    private static func conversation(_ options: RunOptions = []) -> ClientConversation {
        var request = request
        request.options = options
        return ClientConversation(asking: .run(request))
    }

    @Test("A request that is allowed is asked about, started, shown and finished")
    func course() throws {
        var conversation = Self.conversation()
        let prompt = Prompt(kind: .password, text: "Password:", attempt: 1)
        #expect(try conversation.handle(.prompt(prompt)) == .ask(prompt))
        #expect(try conversation.handle(.notice("soon")) == .tell("soon"))
        #expect(try conversation.handle(.started) == .relay)
        #expect(try conversation.handle(.output([1])) == .show([1]))
        #expect(try conversation.handle(.stopped(signal: 20)) == .stop(signal: 20))
        #expect(try conversation.handle(.finished(.exited(code: 3))) == .conclude(.finished(.exited(code: 3))))
    }

    private static let misplaced: [(RunOptions, [ServerMessage], ServerMessage)] = [
        ([], [], .output([1])), ([], [], .stopped(signal: 20)), ([], [], .documents(["/etc/hosts"])),
        ([], [.started], .started), ([], [.started], .prompt(Prompt(kind: .password, text: "", attempt: 1))),
        ([], [.started], .done("")), ([], [], .hello(Hello(program: ""))), ([.dryRun], [], .started),
        ([.dryRun], [], .finished(.exited(code: 0))), ([.edit], [], .started),
        ([.edit], [.documents(["/a"])], .documents(["/a"])), ([], [.done("")], .notice("")),
        ([], [.finished(.timedOut)], .finished(.timedOut)),
    ]

    @Test("What is said where it has no place ends the conversation", arguments: misplaced.indices)
    func outOfPlace(index: Int) throws {
        let (options, before, message) = Self.misplaced[index]
        var conversation = Self.conversation(options)
        for message in before { _ = try conversation.handle(message) }
        #expect(throws: BrokerClientError.self) { try conversation.handle(message) }
    }

    @Test("A command is only taken as started by who asked to run one")
    func others() throws {
        for question in [ClientMessage.listPending, .forgetProof, .validate([]), .show(RequestID(1))] {
            var conversation = ClientConversation(asking: question)
            #expect(throws: BrokerClientError.self) { try conversation.handle(.started) }
        }
    }
}

@Suite struct BrokerConnectionTests {
    /// The client's end of a connection on which the broker said these bytes and closed.
    private static func connection(hearing bytes: [UInt8], descriptors: [SharedDescriptor] = []) throws
        -> BrokerConnection
    {
        let (ours, theirs) = try UnixConnection.pair()
        if !bytes.isEmpty { try theirs.send(bytes, descriptors: descriptors, until: .now + .patience) }
        try theirs.finishSending()
        return BrokerConnection(speakingOver: ours)
    }

    @Test("Messages arrive whole whatever pieces they came in, and the end is told after the last")
    func pieces() throws {
        let bytes = try ServerMessage.notice("a").encoded() + ServerMessage.done("b").encoded()
        let (ours, theirs) = try UnixConnection.pair()
        let connection = BrokerConnection(speakingOver: ours)
        var heard: [ServerMessage] = []
        for byte in bytes {
            try theirs.send([byte], until: .now + .patience)
            if let message = try connection.available() { heard.append(message) }
        }
        #expect(heard == [.notice("a"), .done("b")])
        try theirs.finishSending()
        #expect(throws: BrokerClientError.closed) { try connection.next(until: nil) }
    }

    @Test("A broker that closes, breaks off or sends what is no message is an error, never an answer")
    func broken() throws {
        let whole = try ServerMessage.finished(.exited(code: 0)).encoded()
        #expect(throws: BrokerClientError.closed) { try Self.connection(hearing: []).next(until: nil) }
        #expect(throws: BrokerClientError.closed) { try Self.connection(hearing: whole.dropLast()).next(until: nil) }
        for bytes in [[0xff, 0xff, 0xff, 0xff, 1], [0, 0, 0, 1, 99], [0, 0, 0, 0]] as [[UInt8]] {
            let error = #expect(throws: BrokerClientError.self) { try Self.connection(hearing: bytes).next(until: nil) }
            guard case .outOfStep = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("A broker that says nothing is not waited for beyond the limit")
    func silent() throws {
        let (ours, theirs) = try UnixConnection.pair()
        let connection = BrokerConnection(speakingOver: ours)
        #expect(throws: BrokerClientError.self) { try connection.next(until: .now) }
        withExtendedLifetime(theirs) {}
    }

    @Test("Nor beyond it for an answer that no approver has to give")
    func silentAnswer() throws {
        let (ours, theirs) = try UnixConnection.pair()
        let signals = try SignalDescriptor([])
        let exchange = BrokerExchange(
            BrokerConnection(speakingOver: ours), person: Person(source: .terminal, signals: signals) { _ in },
            signals: signals)
        exchange.silenceLimit = .milliseconds(1)
        #expect(throws: BrokerClientError.self) { try exchange.ask(.listPending) }
        try theirs.send(try ServerMessage.requests(RequestListing(fitting: [])).encoded(), until: .now + .patience)
        #expect(try exchange.ask(.listPending) == .requests(RequestListing(fitting: [])))
    }

    @Test("Descriptors are taken in the number the message names, and no other")
    func descriptors() throws {
        let null = try SharedDescriptor.null()
        let message = try ServerMessage.documents(["/a", "/b"]).encoded()
        let right = try Self.connection(hearing: message, descriptors: [null, null])
        _ = try right.next(until: nil)
        #expect(try right.takeDescriptors(2).count == 2)
        for count in [0, 1, 3] {
            let wrong = try Self.connection(hearing: message, descriptors: Array(repeating: null, count: count))
            _ = try wrong.next(until: nil)
            #expect(throws: BrokerClientError.self) { try wrong.takeDescriptors(2) }
        }
    }

    @Test("A broker of another version is not listened to")
    func version() throws {
        let tree = try ListenerTree()
        let client = try tree.connect(answering: .hello(Hello(version: 99, program: "x")))
        #expect(throws: BrokerClientError.self) { try client().next(until: nil) }
        let other = try tree.connect(answering: .done("x"))
        #expect(throws: BrokerClientError.outOfStep("something else than a greeting")) { try other().next(until: nil) }
    }
}
