import LinuxSystem
import Notifications
import Policies
import PrivilegeBroker

/// The alerts policy of this host, as commands use it: with what its channels need.
struct AlertsPolicySource {
    let policy: AlertsPolicy
    let context: ChannelContext

    init(in session: Session) throws(CommandError) {
        let files = session.policyFiles
        let text = try files.required(PolicyFileName.alerts)
        policy = try PolicySet.parsed { () throws(PolicyErrors) in
            try AlertsPolicy(parsing: text, references: .host)
        }
        let commands = AllowedCommands(
            listed: try PolicySet.configuration(files).notifyCommands, ownership: files.ownership,
            configuration: files.path(PolicyFileName.configuration))
        context = ChannelContext(commands: commands, host: KernelIdentity.current.hostname)
    }

    func channel(_ id: String) throws(CommandError) -> AlertChannel {
        if let channel = policy.channel(id) { return channel }
        let known = policy.channels.map(\.id).joined(separator: ", ")
        throw .couldNotRun(
            "channel \(printable(id))", "is not in the alerts policy",
            remedy: known.isEmpty ? "it has none: templates/\(PolicyFileName.alerts) is a start" : "known are: \(known)"
        )
    }

    /// What stands in the way of the channels, as far as can be told without sending anything.
    var problems: [Problem] { policy.channels.flatMap(problems) }

    private func problems(of channel: AlertChannel) -> [Problem] {
        var problems: [Problem] = []
        for file in channel.secretFiles {
            do throws(SecretFile.Refusal) { _ = try SecretFile.read(file) } catch {
                problems.append(Problem(subject: "\(channel.location)", reason: "channel \(channel.id): \(error)"))
            }
        }
        if case .command(let settings) = channel.settings {
            do throws(NotifyCommandError) { _ = try context.commands.command(settings.command) } catch {
                problems.append(Problem(subject: "\(channel.location)", reason: "channel \(channel.id): \(error)"))
            }
        }
        return problems
    }
}
