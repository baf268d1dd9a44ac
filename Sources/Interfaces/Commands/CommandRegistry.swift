/// Every command, by name.
enum CommandRegistry {
    static let all: [any Command.Type] = [
        AgentAccountCreateCommand.self,
        AgentAccountStatusCommand.self,
        AssessCommand.self,
        AuditHeadCommand.self,
        AuditShowCommand.self,
        AuditTailCommand.self,
        AuditVerifyCommand.self,
        BaselineAcceptCommand.self,
        BaselineEgressCommand.self,
        BaselinePortsCommand.self,
        ChecksListCommand.self,
        ChecksShowCommand.self,
        ControlsCommand.self,
        EgressCommand.self,
        PolicyCheckCommand.self,
        PolicyImportCommand.self,
        PortsCommand.self,
        PreflightCommand.self,
        SocketsCommand.self,
        TokenRemoveCommand.self,
        TokenSetCommand.self,
        TokenStatusCommand.self,
        TotpEnrolCommand.self,
        TotpRemoveCommand.self,
        TotpStatusCommand.self,
        VersionCommand.self,
    ]

    /// The command that a group's name alone stands for.
    static let groupDefaults = ["checks": "checks list"]
}
