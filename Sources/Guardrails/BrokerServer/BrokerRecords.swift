internal import Auditing
internal import BrokerProtocol
private import Cryptography
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

// What the audit log says of each thing that happens. Secrets in arguments, reasons and variables are masked by the log itself.

extension AuditDraft {
    /// A version of the policy counts from here on, or none does.
    static func policy(_ loaded: PolicyStore.Loaded) -> AuditDraft {
        let unusable = loaded.set.unusable
        let files = loaded.files.map { AuditField($0.path, $0.state) }
        let why = unusable.map { [AuditField("why", $0)] } ?? []
        return AuditDraft(
            unusable == nil ? .policyLoaded : .policyRefused, actor: "broker",
            details: [AuditField("version", loaded.version.description)] + why + files)
    }

    /// Sessions are over, and what was kept in them.
    static func dropped(_ names: [String], of user: UserID, why: String) -> AuditDraft {
        AuditDraft(
            .sessionDropped, actor: "\(UserNames.name(of: user.rawValue) ?? "")(\(user))",
            details: [AuditField("sessions", .list(names)), AuditField("why", why)])
    }

    /// Somebody asks for a command.
    static func request(_ id: RequestID, _ run: RunRequest, _ prepared: PreparedRequest?, from peer: Peer) -> AuditDraft
    {
        var details = run.arguments.recorded(as: "argv")
        if let prepared {
            details.append(AuditField("program", prepared.request.program))
            details.append(AuditField("target_user", prepared.target.identity.userName))
            details.append(AuditField("target_group", "\(prepared.target.identity.group)"))
            details.append(AuditField("directory", prepared.request.workingDirectory))
        } else {
            details += [("target_user", run.targetUser), ("target_group", run.targetGroup)].compactMap { field in
                field.1.map { AuditField(field.0, $0.bounded) }
            }
        }
        details += run.recorded + peer.recorded
        return AuditDraft(.request, request: id.description, actor: peer.requester.label, details: details)
    }

    /// It will not be done.
    static func refusal(_ id: RequestID, _ refusal: Refusal, of peer: Peer, policy: SubjectDigest?) -> AuditDraft {
        let event: AuditEvent =
            switch refusal.code {
            case .proofFailed: .proofFailed
            case .expired: .approvalExpired
            default: .denied
            }
        var details = [AuditField("code", refusal.code.rawValue), AuditField("why", refusal.text)]
        if let rule = refusal.rule { details.append(AuditField("rule", rule)) }
        if let policy { details.append(AuditField("policy", policy.description)) }
        return AuditDraft(event, request: id.description, actor: peer.requester.label, details: details)
    }

    static func asked(
        _ id: RequestID, _ subject: SubjectDigest, _ needs: [ApprovalNeed], _ policy: SubjectDigest, of peer: Peer
    ) -> AuditDraft {
        AuditDraft(
            .approvalAsked, request: id.description, actor: peer.requester.label,
            details: [
                AuditField("needs", .list(needs.map(\.text))), AuditField("digest", subject.description),
                AuditField("policy", policy.description),
            ])
    }

    static func granted(
        _ id: RequestID, _ subject: SubjectDigest, by method: ApprovalMethod, _ party: Peer, missing: [ApprovalNeed]
    ) -> AuditDraft {
        AuditDraft(
            .approvalGranted, request: id.description, actor: party.requester.label,
            details: [
                AuditField("method", method.name), AuditField("digest", subject.description),
                AuditField("missing", .list(missing.map(\.text))),
            ] + party.recorded)
    }

    static func start(
        _ id: RequestID, _ prepared: PreparedRequest, _ grant: CommandGrant, _ files: [ExecutedFile],
        _ ticket: ApprovalTicket, policy: SubjectDigest, of peer: Peer
    ) -> AuditDraft {
        var details = prepared.request.argv.recorded(as: "argv")
        details += files.enumerated().flatMap { index, file in
            let name = index == 0 ? "program" : "interpreter_\(index)"
            return [AuditField(name, file.path), AuditField("\(name)_sha256", file.digest.hexadecimal)]
        }
        details += grant.terms.recorded
        details += [
            AuditField("rule", grant.rule.description), AuditField("policy", policy.description),
            AuditField("digest", ticket.digest.description), AuditField("approved", .list(ticket.basis.recorded)),
        ]
        return AuditDraft(.start, request: id.description, actor: peer.requester.label, details: details)
    }

    /// - Parameters:
    ///   - isCommand: whether a command ran, and not files were edited.
    ///   - bytes: what it printed by way of the broker, where it did.
    ///   - edited: what was written back.
    ///   - editFailure: why not all was, and what became of the rest.
    static func finish(
        _ id: RequestID, _ outcome: RequestConversation.Outcome, after duration: Duration, isCommand: Bool, bytes: Int?,
        edited: [EditedContent], editFailure: String?, left: Int, of peer: Peer
    ) -> AuditDraft {
        var details = outcome.recorded
        details.append(
            AuditField(
                "milliseconds",
                duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000))
        if let bytes {
            details.append(AuditField("output_bytes", bytes))
        } else if isCommand, case .ended = outcome {
            // It printed into its client's own files, past the broker.
            details.append(AuditField("output", "not seen"))
        }
        if !edited.isEmpty {
            details.append(AuditField("edited", .list(edited.map(\.path))))
            details.append(AuditField("edited_sha256", .list(edited.map(\.digest))))
        }
        if let editFailure { details.append(AuditField("edit_failure", editFailure.bounded(to: 16 << 10))) }
        if left > 0 { details.append(AuditField("left_running", left)) }
        return AuditDraft(.finish, request: id.description, actor: peer.requester.label, details: details)
    }
}

/// A document as it was written back.
struct EditedContent: Sendable, Hashable {
    let path: String
    /// The SHA-256 of what is in it, in hexadecimal.
    let digest: String

    init(path: String, _ content: [UInt8]) {
        self.path = path
        digest = SHA256.hash(content).hexadecimal
    }
}

extension String {
    /// Cut so that no name from outside makes a record too long to be written.
    fileprivate var bounded: String { bounded(to: 512) }

    fileprivate func bounded(to limit: Int) -> String {
        utf8.count <= limit ? self : String(decoding: utf8.prefix(limit), as: UTF8.self) + "…"
    }
}

extension RunRequest {
    fileprivate var recorded: [AuditField] {
        let flags: [(RunOptions, String)] = [
            (.untrusted, "untrusted"), (.keepSession, "keep_session"), (.dryRun, "dry_run"),
            (.nonInteractive, "non_interactive"),
            (.preserveEnvironment, "preserve_environment"), (.preserveGroups, "preserve_groups"), (.edit, "edit"),
        ]
        var fields: [AuditField] = []
        if let session { fields.append(AuditField("session", session.bounded)) }
        if let reason { fields.append(AuditField("reason", PreparedRequest.oneLine(reason))) }
        let names = flags.filter { options.contains($0.0) }.map(\.1)
        let variables = environment.filter(\.isAskedFor).prefix(64).map(\.name.bounded)
        return fields + [AuditField("options", .list(names)), AuditField("asked_variables", .list(variables))]
    }
}

extension Peer {
    /// Who it is, by what the kernel says.
    fileprivate var recorded: [AuditField] {
        var fields = [AuditField("pid", requester.process.rawValue)]
        if let login = requester.loginUser { fields.append(AuditField("login_uid", login.rawValue)) }
        if let session = requester.auditSession { fields.append(AuditField("login_session", session)) }
        let texts = [
            ("terminal", requester.terminal), ("cgroup", requester.cgroup), ("unit", requester.unit),
            ("executable", requester.executable),
        ]
        for case (let name, let text?) in texts { fields.append(AuditField(name, text.bounded)) }
        return fields + [AuditField("ancestry", .list(requester.ancestry.map(\.bounded)))]
    }
}

extension ExecutionTerms {
    fileprivate var recorded: [AuditField] {
        let rights: [AuditField] =
            switch self.rights {
            case .identity(let target):
                [AuditField("target_user", target.userName), AuditField("target_group", "\(target.group)")]
            case .capabilities(let capabilities):
                [AuditField("capabilities", .list(capabilities.map(\.rawValue).sorted()))]
            }
        return rights + [
            AuditField("directory", workingDirectory), AuditField("variables", .list(environment.map(\.name))),
            AuditField("sandboxed", .flag(sandbox != nil)), AuditField("recorded", .flag(isRecorded)),
            AuditField("umask", fileModeMask.octal),
        ]
    }
}

extension ApprovalTicket.Basis {
    fileprivate var recorded: [String] {
        switch self {
        case .notNeeded: ["no approval needed"]
        case .kept(let session): ["kept in session \(session)"]
        case .approved(_, let grants): grants.map { "\($0.method.name) by \($0.party.label)" }
        }
    }
}

extension RequestConversation.Outcome {
    fileprivate var recorded: [AuditField] {
        switch self {
        case .ended(.exited(let code)): [AuditField("status", "exited"), AuditField("code", code)]
        case .ended(.signalled(let number, let dumpedCore)):
            [AuditField("status", "signalled"), AuditField("signal", number), AuditField("core", .flag(dumpedCore))]
        case .ended(.timedOut): [AuditField("status", "timed_out")]
        case .notStarted(let why): [AuditField("status", "not_started"), AuditField("why", why)]
        }
    }
}
