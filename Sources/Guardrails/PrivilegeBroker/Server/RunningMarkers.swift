internal import BrokerProtocol
internal import LinuxSystem

/// Which commands run now, a file each in a directory that lasts as long as the host runs: so a broker that was killed and started again
/// knows what it had started, and says in the log that nobody saw how it ended. Its monitor has ended it by then (`RunningCommand`).
final class RunningMarkers: Sendable {
    private let directory: String

    /// What was running when an earlier broker was killed.
    let interrupted: [(id: RequestID, actor: String)]

    init(directory: String) throws(SystemError) {
        self.directory = directory
        let place = try Directory(
            making: directory, permissions: 0o700, followingLinksOf: [CurrentProcess.effectiveUserID])
        var found: [(id: RequestID, actor: String)] = []
        for entry in try place.entries(limit: 1 << 20) {
            guard let id = RequestID(text: entry.name) else { continue }
            let actor = String(decoding: try place.prefix(of: entry.name, limit: 512), as: UTF8.self)
            found.append((id, actor))
        }
        interrupted = found.sorted { $0.id.rawValue < $1.id.rawValue }
    }

    /// Notes that a command is about to start.
    func add(_ id: RequestID, actor: String) throws(SystemError) {
        let file = try AppendFile(creating: path(of: id))
        try file.write(Array(actor.utf8.prefix(512)))
    }

    /// Its end is on record. A marker that stays has the next broker say once more that it ended.
    func remove(_ id: RequestID) { try? AppendFile.remove(path(of: id)) }

    private func path(of id: RequestID) -> String { "\(directory)/\(id)" }
}
