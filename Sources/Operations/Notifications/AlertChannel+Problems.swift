internal import Cryptography
internal import LinuxSystem
package import Policies

extension AlertChannel {
    /// What stands in the way of the channel, as far as can be told without sending anything: a secret that cannot be read or is none, a
    /// program that may not be run.
    package func problems(in context: ChannelContext) -> [String] {
        var problems: [String] = []
        for file in secretFiles {
            do throws(SecretFile.Refusal) {
                if Placeholder.isSecret(try SecretFile.read(file)) {
                    problems.append("channel \(id): \(file) holds a placeholder and no secret")
                }
            } catch { problems.append("channel \(id): \(error)") }
        }
        if case .command(let settings) = settings {
            do throws(NotifyCommandError) { _ = try context.commands.command(settings.command) } catch {
                problems.append("channel \(id): \(error)")
            }
        }
        return problems
    }
}
