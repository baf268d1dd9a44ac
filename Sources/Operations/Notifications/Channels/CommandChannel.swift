internal import Policies

/// A program that gets the message on its standard input, as text. What it does with it is its own affair: exit code 0 means delivered.
struct CommandChannel: NotificationChannel {
    let settings: CommandChannelSettings
    let commands: AllowedCommands

    func send(_ batch: [AlertMessage]) throws(DeliveryError) -> [DeliveryError?] {
        do throws(NotifyCommandError) {
            // Looked at each time: what was right yesterday may have been replaced.
            let command = try commands.command(settings.command)
            for message in batch { try command.send(message.text, timeLimit: settings.timeLimit) }
        } catch {
            if case .unfit = error { throw .permanent(error.description) }
            throw .transient(error.description)
        }
        return batch.map { _ in nil }
    }
}
