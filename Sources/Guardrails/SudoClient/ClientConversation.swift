package import BrokerProtocol

/// The course of one conversation from the client's side, after the greetings. It touches nothing: it is told what the broker says, and
/// returns what to do. What the broker says where it has no place ends it.
///
///     asked → (prompts, notices, documents) → answer
///     asked to run → (prompts, notices, pending) → started → output, stops → finished
package struct ClientConversation: Sendable {
    package enum Action: Sendable, Equatable {
        /// Put it to the person, and send the answer.
        case ask(Prompt)
        case tell(String)
        /// The request waits for others.
        case announce(PendingNotice)
        /// The command runs: what is typed and signals go to it from now on.
        case relay
        case show([UInt8])
        /// Give the terminal back, and stop as the command did.
        case stop(signal: UInt8)
        case edit([String])
        case conclude(BrokerAnswer)
    }

    private enum State { case asking, running, editing, over }

    private let mayRun: Bool
    private let mayEdit: Bool
    private var state = State.asking

    /// - Parameter question: what was asked.
    package init(asking question: ClientMessage) {
        guard case .run(let request) = question else {
            mayRun = false
            mayEdit = false
            return
        }
        mayEdit = request.options.contains(.edit)
        mayRun = !mayEdit && !request.options.contains(.dryRun)
    }

    package var isRunning: Bool { state == .running }

    package mutating func handle(_ message: ServerMessage) throws(BrokerClientError) -> Action {
        switch (state, message) {
        case (.over, _): throw .outOfStep("something after its last word")
        case (_, .notice(let text)): return .tell(text)
        case (.running, _): return try handleRunning(message)
        case (_, .refused(let refusal)): return conclude(.refused(refusal))
        case (_, .done(let text)): return conclude(.done(text))
        case (.asking, .prompt(let prompt)): return .ask(prompt)
        case (.asking, .pending(let notice)): return .announce(notice)
        case (.asking, .started) where mayRun:
            state = .running
            return .relay
        case (.asking, .documents(let paths)) where mayEdit:
            state = .editing
            return .edit(paths)
        // A command whose start failed after it was recorded.
        case (.asking, .finished(let outcome)) where mayRun: return conclude(.finished(outcome))
        case (.asking, .decision(let report)): return conclude(.decision(report))
        case (.asking, .requests(let listing)): return conclude(.requests(listing))
        case (.asking, .request(let detail)): return conclude(.request(detail))
        case (.asking, .rights(let report)): return conclude(.rights(report))
        default: throw .outOfStep("something where it has no place")
        }
    }

    private mutating func handleRunning(_ message: ServerMessage) throws(BrokerClientError) -> Action {
        switch message {
        case .output(let bytes): return .show(bytes)
        case .stopped(let signal): return .stop(signal: signal)
        case .finished(let outcome): return conclude(.finished(outcome))
        case .refused(let refusal): return conclude(.refused(refusal))
        default: throw .outOfStep("something where it has no place")
        }
    }

    private mutating func conclude(_ answer: BrokerAnswer) -> Action {
        state = .over
        return .conclude(answer)
    }
}

/// What came of what was asked.
package enum BrokerAnswer: Sendable, Equatable {
    case finished(CommandOutcome)
    case refused(Refusal)
    case decision(DecisionReport)
    case requests(RequestListing)
    case request(RequestDetail)
    case done(String)
    case rights(RightsReport)
}
