/// Every command, by name.
enum CommandRegistry {
    static let all: [any Command.Type] = [
        ApproveCommand.self,
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
        DenyCommand.self,
        DropCommand.self,
        EgressCommand.self,
        GuardBypassesCommand.self,
        PolicyCheckCommand.self,
        PolicyImportCommand.self,
        PortsCommand.self,
        PreflightCommand.self,
        ReplayCommand.self,
        RequestsCommand.self,
        RunCommand.self,
        ShimInstallCommand.self,
        ShimRemoveCommand.self,
        ShimStatusCommand.self,
        SocketsCommand.self,
        SudoCommand.self,
        VersionCommand.self,
    ]

    /// The command that a group's name alone stands for.
    static let groupDefaults = ["checks": "checks list", "guard": "guard bypasses"]
}
