private import Auditing
internal import BrokerProtocol
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// Serves one connection: a greeting, one thing that is asked for, its answer.
struct ConnectionServer {
    let broker: Broker
    let connection: ClientConnection
    private let peer: Peer

    static let program = "bailey-broker"

    /// - Throws: when the peer cannot be identified; then nothing it says is of interest.
    init(_ connection: UnixConnection, broker: Broker) throws(SystemError) {
        self.broker = broker
        self.connection = ClientConnection(connection, patience: broker.configuration.limits.patience)
        peer = try Peer(connection, accounts: broker.accounts)
    }

    /// Whose share of the connections it is counted in.
    var share: UserID { peer.requester.share }

    /// Serves it to the end. What a client does wrong ends with its own connection.
    func serve() {
        var isGreeted = false
        do throws(ClientConnection.Loss) {
            let patience = broker.configuration.limits.patience
            guard case .hello(let hello) = try next(within: patience) else { throw .broken(.outOfPlace(kind: 0)) }
            do throws(ProtocolError) { try hello.check() } catch { throw .broken(error) }
            try connection.greet(Hello(program: Self.program))
            isGreeted = true
            guard try converse() else { return }
            // An approver looks at a request first and then says yes to it.
            while try converse() {}
        } catch .broken(let error) {
            tell(
                .refused(
                    Refusal(
                        code: .usage, text: "the broker received \(error)",
                        remedy: "use the client of the broker's version")))
        } catch .unfit(let error) {
            if !isGreeted { tell(.hello(Hello(program: Self.program))) }
            tell(
                .refused(
                    Refusal(
                        code: .commandUnfit, text: "a file that came along with the request: \(error)",
                        remedy:
                            "read it through a pipe (`cat FILE | ...`), and write it through one (`... | cat > FILE`)"
                    )))
        } catch {
            // Nobody is there to be told.
        }
    }

    private func next(within limit: Duration) throws(ClientConnection.Loss) -> ClientMessage {
        guard let message = try connection.next(until: .now + limit) else { throw .slow }
        return message
    }

    /// Answers one message; false when that was the last.
    private func converse() throws(ClientConnection.Loss) -> Bool {
        let message = try next(within: broker.configuration.limits.answer)
        let approver = ApproverServer(broker: broker, connection: connection, peer: peer)
        do throws(Refusal) {
            if case .run(let run) = message {
                // What is asked for is recorded, whoever asks.
                try serve(run)
                return false
            }
            if let objection = broker.objection(toAccountOf: peer, by: broker.policy()) {
                record(objection, of: message)
                throw objection
            }
            switch message {
            case .listPending: try send(approver.list())
            case .show(let id): try send(approver.show(id))
            case .approve(let grant): try send(approver.approve(grant))
            case .deny(let id, let reason): try send(approver.refuse(id, reason: reason))
            case .drop(let session): try send(approver.drop(session))
            case .validate(let options): try send(approver.validate(options))
            case .forgetProof: try send(approver.drop(nil))
            case .listRights(let query): try send(.rights(RightsListing(broker: broker, peer: peer).answer(query)))
            case .run, .hello, .answer, .input, .inputEnd, .windowSize, .signal, .edited:
                throw Refusal(code: .usage, text: "something was said where it has no place")
            }
        } catch {
            tell(.refused(error))
            return false
        }
        if case .show = message { return true }
        return false
    }

    private func serve(_ run: RunRequest) throws(Refusal) {
        let streams: [SharedDescriptor]
        do throws(ClientConnection.Loss) {
            streams = try connection.takeDescriptors(run.descriptors.count)
        } catch {
            throw Refusal(code: .usage, text: "the standard streams did not come along with the request")
        }
        var server = try RequestServer(run, streams: streams, from: peer, on: connection, broker: broker)
        server.serve()
    }

    /// That an approver's account is no good is on record with the request; of who asks about none nothing is.
    private func record(_ objection: Refusal, of message: ClientMessage) {
        let id: RequestID
        switch message {
        case .show(let shown): id = shown
        case .approve(let grant): id = grant.id
        case .deny(let denied, _): id = denied
        default: return
        }
        // It is refused either way.
        _ = try? broker.audit.append(.refusal(id, objection, of: peer, policy: broker.policy().version))
    }

    private func send(_ message: ServerMessage) throws(Refusal) { tell(message) }

    /// A client that has gone needs no answer.
    private func tell(_ message: ServerMessage) { try? connection.send(message) }
}
