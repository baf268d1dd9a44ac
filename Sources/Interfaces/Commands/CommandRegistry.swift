/// Every command, by name.
enum CommandRegistry {
    static let all: [any Command.Type] = [
        AssessCommand.self,
        ControlsCommand.self,
        EgressCommand.self,
        PortsCommand.self,
        SocketsCommand.self,
        VersionCommand.self,
    ]

    /// The command that a group's name alone stands for.
    static let groupDefaults = ["checks": "checks list"]
}
