internal import Auditing
internal import BrokerProtocol
private import FoundationEssentials
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker
internal import SessionRecordings

// From the ticket to the end: recorded, started, watched, recorded.
extension RequestServer {
    mutating func recordStart(_ ticket: ApprovalTicket) -> RequestConversation.Event {
        guard let grant else { return .recordFailed("no rule has allowed it") }
        do throws(SystemError) {
            try broker.running.add(id, actor: peer.requester.label)
        } catch {
            return .recordFailed("\(error)")
        }
        var drafts = unrecorded
        if let key = sessionKey, run.options.contains(.keepSession), case .approved = ticket.basis {
            drafts.append(
                AuditDraft(
                    .sessionKept, request: id.description, actor: peer.requester.label,
                    details: [AuditField("session", key.name), AuditField("digest", ticket.digest.description)]))
        }
        drafts.append(.start(id, prepared, grant, files, ticket, policy: policies.version, of: peer))
        do throws(AuditError) {
            try broker.audit.append(drafts)
            unrecorded = []
            return .recorded
        } catch {
            broker.running.remove(id)
            return .recordFailed("\(error)")
        }
    }

    mutating func start(_ ticket: ApprovalTicket) -> RequestConversation.Event {
        // Whoever holds the connection now, the requester that was judged is no more.
        guard !peer.process.hasEnded else { return .startFailed("the process that asked has ended") }
        if let key = sessionKey, run.options.contains(.keepSession) {
            broker.keep(ticket, in: key, share: peer.requester.share, at: .now())
        }
        // From here on the broker does not end under it.
        guard broker.note(running: id, mailbox) else { return .startFailed("the broker is about to end") }
        guard case .program = prepared.work else { return .started }
        guard let launch else { return .startFailed("no program was checked") }
        do {
            let streams = try CommandStreams(
                run, files: self.streams, from: peer.requester, identity: launch.identity, terms: launch.terms)
            let recording = try recording(launch.terms)
            let command = try launch.execution(streams: streams.streams, openFiles: broker.openFiles).start()
            tell(.started)
            self.command = StartedCommand(
                relay: CommandRelay(
                    command, streams, terms: launch.terms, timeout: run.timeout.map { .seconds(Int64($0)) },
                    connection: connection,
                    mailbox: mailbox, grace: broker.configuration.limits.grace, recording: recording),
                startedAt: .now)
            return .started
        } catch let error as ExecutionError {
            return .startFailed("\(error)")
        } catch {
            return .startFailed("\(error)")
        }
    }

    private func recording(_ terms: ExecutionTerms) throws(RecordingError) -> CommandRecording? {
        guard terms.isRecorded else { return nil }
        return try CommandRecording(
            id, run, title: "\(peer.requester.label) as \(prepared.target.identity.userName)",
            in: broker.configuration.recordingDirectory, at: Int64(Date.now.timeIntervalSince1970))
    }

    mutating func relay(isClientGone: Bool) -> RequestConversation.Event {
        if case .documents(let paths) = prepared.work {
            if !isClientGone { return edit(paths) }
            editFailure = "nothing was written: its client has gone, or the broker is about to end"
            return .ended(.exited(code: 1))
        }
        guard let relay = command?.relay else { return .ended(.exited(code: 255)) }
        switch isClientGone ? relay.hangUp() : relay.run() {
        case .ended(let outcome, let leftBehind):
            self.leftBehind = leftBehind
            return .ended(outcome)
        case .clientGone: return .clientGone
        }
    }

    func recordEnd(_ outcome: RequestConversation.Outcome) -> RequestConversation.Event {
        let duration = command.map { $0.startedAt.duration(to: .now) } ?? .zero
        // The client need not wait for the disk: should the broker die before the record is there, its marker says so to the next one.
        finish(outcome)
        let record = AuditDraft.finish(
            id, outcome, after: duration, isCommand: command != nil, bytes: command?.relay.outputBytes,
            edited: edited, editFailure: editFailure, left: leftBehind, of: peer)
        do throws(AuditError) {
            try broker.audit.append(record)
            broker.running.remove(id)
            broker.forget(running: id)
            return .recorded
        } catch {
            broker.forget(running: id)
            // The marker stays: the next broker makes up for the record.
            return .recordFailed("\(error)")
        }
    }

    private func finish(_ outcome: RequestConversation.Outcome) {
        switch outcome {
        case .ended(let ending):
            guard case .documents = prepared.work else { return tell(.finished(ending)) }
            guard let editFailure else { return tell(.done("")) }
            tell(.refused(Refusal(code: .commandUnfit, text: editFailure, rule: grant?.rule.description)))
        case .notStarted(let why):
            tell(
                .refused(
                    Refusal(code: .commandUnfit, text: "it could not be started: \(why)", rule: grant?.rule.description)
                ))
        }
    }
}

extension ExecutionTerms {
    /// As whom and with which rights, a line each: for who approves, and who asks beforehand.
    func lines(requester: Requester) -> [String] {
        var lines: [String] = []
        switch rights {
        case .identity(let target):
            lines.append(
                "as \(target.userName) (uid \(target.user)), group \(target.groupName ?? "") (gid \(target.group))")
        case .capabilities(let capabilities):
            let names = capabilities.map(\.rawValue).sorted().joined(separator: ", ")
            lines.append(
                "as the requester itself (uid \(requester.user)), with \(names.isEmpty ? "no capability" : names)")
        }
        lines.append("in \(workingDirectory)")
        if let sandbox { lines += sandbox.lines }
        lines += limits.lines
        if isRecorded { lines.append("the session is recorded") }
        if fileModeMask != Self.leastFileModeMask { lines.append("new files with umask \(fileModeMask.octal)") }
        return lines
    }
}

extension UInt16 {
    /// As umask(1) writes it: `0077`.
    var octal: String {
        let digits = String(self, radix: 8)
        return String(repeating: "0", count: Swift.max(0, 4 - digits.count)) + digits
    }
}

extension Sandbox {
    fileprivate var lines: [String] {
        [
            deniesNewPrivileges ? "gains no rights by what it executes" : nil,
            readablePaths.map { "reads only \($0.joined(separator: ", "))" },
            writablePaths.map { "writes only \($0.joined(separator: ", "))" }, hasNetwork ? nil : "without a network",
        ].compactMap(\.self)
    }
}

extension ExecutionLimits {
    fileprivate var lines: [String] {
        [
            timeout.map { "at most \($0.components.seconds) s" },
            processorTime.map { "at most \($0.components.seconds) s of processor time" },
            memory.map { "at most \($0) of memory" }, processes.map { "at most \($0) processes" },
            openFiles.map { "at most \($0) open files" }, output.map { "at most \($0) of output" },
        ].compactMap(\.self)
    }
}

extension Requester {
    /// Who asks, a line each.
    var lines: [String] {
        [
            "\(label), process \(process)", loginUser.map { "logged in as \(loginName ?? "") (\($0))" },
            auditSession.map { "login session \($0)" }, terminal.map { "at \($0)" } ?? "without a terminal",
            unit.map { "unit \($0)" }, executable.map { "runs \($0)" } ?? "its program could not be seen",
            ancestry.isEmpty ? nil : "started by \(ancestry.joined(separator: " < "))",
        ].compactMap(\.self)
    }
}
