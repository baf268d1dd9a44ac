package import BrokerProtocol
package import LinuxSystem

/// Why a conversation with the broker came to nothing, on the client's side.
package enum BrokerClientError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody answers at the socket.
    case unreachable(path: String, why: String)
    /// Somebody answers who is not the broker: what is typed would be typed for him.
    case impostor(path: String, user: UInt32)
    /// The broker said something that is no message, or said it where it has no place.
    case outOfStep(String)
    /// It went away before the end.
    case closed
    /// A request that no message holds.
    case tooLarge(ProtocolError)
    /// A signal ended the waiting, before any command started.
    case interrupted(signal: Int32)
    /// Something of this process's own failed.
    case system(SystemError)
    /// The person's own files or programs are in the way, with what to do about it.
    case unfit(String)

    package var description: String {
        switch self {
        case .unreachable(let path, let why): "the privilege broker cannot be reached at \(path): \(why)"
        case .impostor(let path, let user): "\(path) is not the broker's: who listens there is uid \(user), not root"
        case .outOfStep(let what): "the broker sent \(what)"
        case .closed: "the broker closed the connection before it had answered"
        case .tooLarge(let error): "the request is too large to be sent: \(error)"
        case .interrupted(let signal): "ended by signal \(signal)"
        case .system(let error): error.description
        case .unfit(let what): what
        }
    }

    /// What to do about it; nil where there is nothing in particular.
    package var remedy: String? {
        switch self {
        case .unreachable: "nothing runs with other rights until it is there: systemctl start bailey-broker.socket"
        case .impostor: "type nothing secret; tell whoever is root on this host"
        case .outOfStep: "use the client of the broker's version"
        case .closed: "see why it ended: journalctl -u bailey-broker"
        case .tooLarge: "pass fewer or shorter arguments and variables"
        case .interrupted, .system, .unfit: nil
        }
    }
}

/// Calls of this process's own, as part of a conversation.
func own<Value>(_ body: () throws(SystemError) -> Value) throws(BrokerClientError) -> Value {
    do throws(SystemError) {
        return try body()
    } catch {
        throw .system(error)
    }
}
