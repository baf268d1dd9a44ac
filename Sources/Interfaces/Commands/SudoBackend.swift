import BrokerProtocol
import HostModel
import LinuxSystem
import Policies
import SudoClient

/// `backend: sudo`: on a host without the broker the same policy decides, and the system's own sudo runs what it allows.
///
/// The decision is made in the requester's own process, so it holds for who goes by way of it; who may use sudo directly is held by
/// sudoers alone. What sudo cannot give is refused, never left out: approvals by others, capabilities, sandboxes, limits, recordings.
struct SudoBackend {
    let session: Session
    /// Root's policy and nobody else's, wherever it is.
    private let files: PolicyFiles

    static let program = "/usr/bin/sudo"
    static let caution =
        "no broker: the system's sudo runs this, with its own password and log; who may use sudo directly is not held by this policy"

    init(in session: Session) {
        self.session = session
        let directory = session.options.policies ?? Locations.systemPolicies
        files = PolicyFiles(directory: directory, trustedOwners: [0])
    }

    /// For a command line of sudo's: ends as sudo does.
    func run(_ invocation: SudoInvocation, because error: BrokerClientError) -> ClientEnding? {
        switch invocation.mode {
        case .run: break
        case .validate, .forgetProof, .forgetAllProofs: return isChosen ? hand(invocation.proofArguments) : nil
        default:
            guard isChosen else { return nil }
            tell("sudo: this option is not offered without the broker: the policy cannot judge it")
            return .status(1)
        }
        switch decide(invocation) {
        case nil: return nil
        case .refused(let refusal):
            for line in [refusal.text] + (refusal.remedy.map { [$0] } ?? []) { tell("sudo: \(line)") }
            return .status(1)
        case .allowed(let grant, let requested): return hand(grant, requested, invocation)
        }
    }

    /// For `bailey run`.
    func run(_ command: RunCommand, because error: BrokerClientError) -> ExitCode {
        switch decide(command.invocation) {
        case nil: return session.report(error)
        case .refused(let refusal):
            guard command.isDryRun else { return refuse(refusal) }
            let decision = DecisionReport(isAllowed: false, rule: refusal.rule, reason: refusal.text)
            DecisionText.print(decision, in: session)
            return ExitCode(refusal.code)
        case .allowed(let grant, let requested):
            guard command.isDryRun else { return ExitCode(hand(grant, requested, command.invocation)) }
            let needs = grant.approval.isNone ? [] : [ApprovalNeed(.confirm)]
            let terms = ["run by the system's sudo: its password, its log"]
            DecisionText.print(
                DecisionReport(
                    isAllowed: true, rule: grant.rule.id, reason: grant.reason, approvals: needs, terms: terms),
                in: session)
            return .done
        }
    }

    private func refuse(_ refusal: Refusal) -> ExitCode {
        session.report(refusal)
        return ExitCode(refusal.code)
    }

    private func tell(_ text: String) { session.console.writeError(printable(text) + "\n") }
}

// MARK: Deciding
extension SudoBackend {
    private enum Ruling {
        case refused(Refusal)
        /// With the path of the program as sudoers would name it.
        case allowed(CommandGrant, String)
    }

    private var isChosen: Bool { CommandPolicyFiles(files).load().commandPolicy?.backend == .sudo }

    /// Nil where no policy chose this backend.
    private func decide(_ invocation: SudoInvocation) -> Ruling? {
        let policies = CommandPolicyFiles(files).load()
        switch policies.commands {
        case .missing: return nil
        case .usable(let policy) where policy.backend != .sudo: return nil
        case .usable, .broken: break
        }
        guard let policy = policies.commandPolicy else {
            let why = policies.unusable ?? "there is no command policy"
            return .refused(Refusal(code: .policyUnusable, text: why, remedy: "see: bailey policy check"))
        }
        do throws(RefusedBySudoBackend) {
            let request = try commandRequest(invocation, policy)
            switch policies.decide(request, from: try requester(), at: session.environment.now()) {
            case .denied(let denial):
                throw RefusedBySudoBackend(denial.kind.refusalCode, denial.reason, rule: denial.rule?.id)
            case .allowed(let grant):
                if let objection = Self.objection(to: grant) {
                    throw RefusedBySudoBackend(
                        .deniedByPolicy, "the rule needs \(objection), which the sudo backend cannot give",
                        rule: grant.rule.id, remedy: "start the broker, or change the rule")
                }
                return .allowed(grant, request.requestedPath)
            }
        } catch {
            return .refused(error.refusal)
        }
    }

    /// What of a grant only the broker can give; nil where sudo can give all of it.
    static func objection(to grant: CommandGrant) -> String? {
        if grant.approval.peers > 0 || !grant.approval.own.isSubset(of: [.confirm]) {
            return "approval by \(grant.approval)"
        }
        if case .capabilities = grant.terms.rights { return "single capabilities" }
        if grant.terms.sandbox != nil { return "a sandbox" }
        if grant.terms.limits != ExecutionLimits() { return "limits" }
        if grant.terms.isRecorded { return "a recording" }
        return nil
    }

    private func commandRequest(
        _ invocation: SudoInvocation, _ policy: CommandPolicy
    ) throws(RefusedBySudoBackend) -> Policies.CommandRequest {
        guard invocation.options.isDisjoint(with: [.shell, .loginShell, .preserveGroups, .keepSession]),
            invocation.timeout == nil
        else {
            throw RefusedBySudoBackend(.usage, "-i, -s, -P, -T and kept sessions are not offered without the broker")
        }
        let wish: RunRequest
        let program: TrustedProgram
        do throws(BrokerClientError) {
            wish = try invocation.request(
                workingDirectory: session.environment.workingDirectory,
                variables: CurrentProcess.environmentVariables(), environment: session.environment.variable)
        } catch {
            throw RefusedBySudoBackend(.usage, error.description)
        }
        do throws(UnfitProgram) {
            program = try TrustedProgram.open(wish.arguments.first ?? "", securePath: policy.securePath)
        } catch {
            throw RefusedBySudoBackend(.commandUnfit, error.description)
        }
        let named = wish.session.map(TaskSessionID.init)
        if let named, named == nil { throw RefusedBySudoBackend(.usage, "the session has no name that is one") }
        let target = try target(invocation)
        do throws(CommandRequestError) {
            return try Policies.CommandRequest(
                argv: wish.arguments, requestedPath: program.path, program: program.resolvedPath, target: target,
                environment: wish.environment.map { WantedVariable($0.name, $0.value, isAskedFor: $0.isAskedFor) },
                workingDirectory: session.environment.workingDirectory,
                wantedDirectory: invocation.directory == nil ? nil : wish.workingDirectory, session: named ?? nil,
                isUntrusted: wish.options.contains(.untrusted), reason: wish.reason,
                hasTerminal: (try? Terminal.controlling()) != nil)  // one that cannot be opened is none
        } catch {
            throw RefusedBySudoBackend(.usage, error.reason)
        }
    }
}
