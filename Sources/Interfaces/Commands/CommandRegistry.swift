/// Every command, by name.
enum CommandRegistry {
    static let all: [any Command.Type] = [
        AssessCommand.self,
        AttackImportCommand.self,
        AttackSearchCommand.self,
        AttackShowCommand.self,
        AttackStatusCommand.self,
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
        VersionCommand.self,
    ]

    /// The command that a group's name alone stands for.
    static let groupDefaults = ["checks": "checks list"]
}
