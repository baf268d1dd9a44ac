package import BrokerProtocol

/// How a client ends once its conversation has.
package enum ClientEnding: Sendable, Hashable {
    case status(Int32)
    /// As a command did that a signal ended: whoever waits for the client sees the same.
    case signal(Int32)
}

extension CommandOutcome {
    /// - Parameter timedOut: what a command ends with whose time was up.
    package func ending(timedOut: ClientEnding) -> ClientEnding {
        switch self {
        case .exited(let code): .status(Int32(code))
        case .signalled(let number, _): .signal(Int32(number))
        case .timedOut: timedOut
        }
    }
}
