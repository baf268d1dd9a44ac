import YAML

/// A program with the message on its standard input. `configuration.yaml` has to list it under `notify_commands`.
package struct CommandChannelSettings: ChannelSettings, Sendable, Hashable {
    package enum Key: String, PolicyKey {
        case id, kind, attempts, command
        case timeLimit = "time_limit"

        static let mappingName = "a channel of kind command"
    }

    package var command: String
    package var timeLimit: Duration

    init?(_ mapping: PolicyMapping<Key>, with decoder: inout PolicyDecoder) {
        let command = decoder.required(.command, in: mapping, why: "the program's absolute path").flatMap {
            decoder.plainPath($0, Key.command)
        }
        timeLimit = mapping[.timeLimit].flatMap { decoder.duration($0, Key.timeLimit) } ?? .seconds(10)
        guard let command else { return nil }
        self.command = command
    }
}
