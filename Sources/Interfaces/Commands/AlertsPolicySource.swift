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
}
