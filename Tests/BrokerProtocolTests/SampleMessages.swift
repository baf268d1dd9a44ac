import BrokerProtocol
import LinuxSystem

/// Messages of every kind, with every field set and with every optional field left out.
enum SampleMessages {
    static let digest = digest(of: 7)

    static func digest(of byte: UInt8) -> SubjectDigest {
        guard let digest = SubjectDigest(Array(repeating: byte, count: 32)) else { preconditionFailure("32 bytes") }
        return digest
    }

    static let client: [ClientMessage] = [
        .hello(Hello(program: "bailey-sudo")),
        .run(
            RunRequest(
                arguments: ["/usr/bin/systemctl", "restart", "a\u{1b}[2J", ""], workingDirectory: "/root",
                environment: [
                    SentVariable(name: "LANG", value: "C.UTF-8"), SentVariable(name: "E", value: "", isAskedFor: true),
                ],
                targetUser: "#0", targetGroup: "adm", options: .all, session: "deploy-42", reason: "größer",
                terminal: TerminalSize(rows: 24, columns: 80), descriptors: .all, timeout: 30, fileModeMask: 0o777)),
        .run(RunRequest(arguments: ["true"], workingDirectory: "/")),
        .listPending, .show(RequestID(0xabc)),
        .approve(ApprovalGrant(id: RequestID(1), digest: digest)),
        .approve(
            ApprovalGrant(
                id: RequestID(.max), digest: digest,
                proof: ApprovalGrant.Proof(kind: .oneTimeCode, secret: SecretBytes("123456".utf8)))),
        .deny(RequestID(2), reason: "not on a Friday"), .drop(session: nil), .drop(session: "deploy-42"),
        .validate([.nonInteractive]), .forgetProof, .listRights(RightsQuery()),
        .listRights(
            RightsQuery(
                user: "ada", targetUser: "root", targetGroup: "adm", arguments: ["ls"], options: .nonInteractive,
                isLong: true)),
        .answer(nil), .answer(SecretBytes("".utf8)), .answer(SecretBytes([0, 255, 1])), .input([0, 1, 2, 3]),
        .input([]), .inputEnd, .windowSize(TerminalSize(rows: .max, columns: 0)), .signal(.interrupt),
        .edited([]), .edited([0, 2]),
        .run(RunRequest(arguments: [], workingDirectory: "/", options: .loginShell)),
    ]

    private static let notice = PendingNotice(
        id: RequestID(77), digest: digest, expiresIn: 300,
        approvals: [ApprovalNeed(.peer, count: 2), ApprovalNeed(.confirm)])
    private static let summary = RequestSummary(
        notice: notice, requester: "ada", arguments: ["id", "-u"], targetUser: "root")

    static let server: [ServerMessage] = [
        .hello(Hello(program: "bailey-broker")),
        .decision(
            DecisionReport(
                isAllowed: true, rule: "restart", reason: "rule restart", approvals: [ApprovalNeed(.token)],
                terms: ["as root"], policy: digest)),
        .decision(DecisionReport(isAllowed: false, rule: nil, reason: "no rule matches")),
        .prompt(Prompt(kind: .password, text: "Password: ", attempt: 1)),
        .prompt(Prompt(kind: .confirmation, text: "Run it?", attempt: 3, echoes: true)), .pending(notice), .started,
        .output([27, 0, 255]), .finished(.exited(code: 255)), .finished(.signalled(number: 9, dumpedCore: false)),
        .finished(.signalled(number: 64, dumpedCore: true)), .finished(.timedOut),
        .refused(Refusal(code: .expired, text: "too late", rule: "r", remedy: "ask again")),
        .refused(Refusal(code: .usage, text: "")), .requests(RequestListing(fitting: [])),
        .requests(RequestListing(fitting: [summary, summary])),
        .request(
            RequestDetail(
                summary: summary, program: "/usr/bin/id", programDigest: digest, workingDirectory: "/",
                environment: [SentVariable(name: "A", value: "b=c")], terms: ["as root"],
                requester: ["uid 1000"], rule: "id", session: "s", reason: "because", isUntrusted: true,
                objection: Refusal(code: .deniedByPolicy, text: "its own"))),
        .request(
            RequestDetail(
                summary: summary, program: "/usr/bin/id", programDigest: digest, workingDirectory: "/", environment: [],
                terms: [], requester: [], rule: "id", session: nil, reason: nil, isUntrusted: false)),
        .done("dropped"), .rights(RightsReport(isAllowed: true, lines: ["(root) /usr/bin/id"])), .notice("waiting"),
        .stopped(signal: 20), .documents(["/etc/hosts", "/etc/motd"]),
    ]
}
