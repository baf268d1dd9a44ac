internal import Auditing
internal import BrokerProtocol
internal import LinuxSystem

/// What was in documents that are being overwritten in place: a synced file each, for root alone, from before the first byte is written
/// until the new content is on the disk. So a kill or a power cut in between loses nothing: the next broker finds what was kept, and says
/// in the log of which document it is.
///
/// `ID.PLACE` holds the content, `ID.PLACE.path` the document's path. What has been reported stays as `ID.PLACE.kept`, for root to compare,
/// put back and remove: whether the document itself is whole nobody but root can tell by then.
struct KeptDocuments: Sendable {
    private let directory: String

    /// What an earlier broker had kept and did not get to let go of.
    let interrupted: [Kept]

    struct Kept: Sendable, Hashable {
        let request: RequestID
        let place: Int
        /// Of the document.
        let path: String
        /// Where its content is once it has been reported.
        let copy: String
    }

    init(directory: String) throws(SystemError) {
        self.directory = directory
        let place = try Directory(
            making: directory, permissions: 0o700, followingLinksOf: [CurrentProcess.effectiveUserID])
        var found: [Kept] = []
        let names = Set(try place.entries(limit: 1 << 20).map(\.name))
        for name in names {
            // Cut off before anything of the document was overwritten.
            if name.hasSuffix(".partial") || name.hasSuffix(".path") && !names.contains(String(name.dropLast(5))) {
                _ = try place.remove(name)
            }
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 2, let id = RequestID(text: String(parts[0])), let number = Int(parts[1]) else {
                continue
            }
            let path = (try? place.prefix(of: "\(name).path", limit: 4096)) ?? []
            found.append(
                Kept(
                    request: id, place: number, path: String(decoding: path, as: UTF8.self),
                    copy: "\(directory)/\(name).kept"))
        }
        interrupted = found.sorted { $0.copy < $1.copy }
    }

    /// Keeps what is in a document that is about to be overwritten. Returns once it is on the disk.
    func keep(_ content: [UInt8], of path: String, in id: RequestID, _ place: Int) throws(SystemError) {
        let name = name(id, place)
        let note = try AtomicFile(replacing: "\(name).path", permissions: 0o600)
        try note.write(path.utf8)
        try note.commit()
        let copy = try AtomicFile(replacing: name, permissions: 0o600)
        try copy.write(content)
        try copy.commit()
    }

    /// The document is whole. A copy that stays has the next broker report it.
    func remove(_ id: RequestID, _ place: Int) {
        let name = name(id, place)
        try? AppendFile.remove(name)
        try? AppendFile.remove("\(name).path")
    }

    /// Leaves the copy to root, and returns where it is: it has been told, or is about to be.
    @discardableResult
    func leave(_ id: RequestID, _ place: Int) -> String {
        let name = name(id, place)
        do throws(SystemError) {
            try AtomicFile.rename(name, to: "\(name).kept")
        } catch {
            // It is reported once more by the next broker.
            return name
        }
        try? AppendFile.remove("\(name).path")
        return "\(name).kept"
    }

    private func name(_ id: RequestID, _ place: Int) -> String { "\(directory)/\(id).\(place)" }
}

extension AuditDraft {
    /// A document that an earlier broker may have left damaged, and where what was in it before is.
    static func kept(_ document: KeptDocuments.Kept) -> AuditDraft {
        AuditDraft(
            .finish, request: document.request.description, actor: "broker",
            details: [
                AuditField("status", "unseen"), AuditField("document", document.path),
                AuditField("kept", document.copy),
                AuditField(
                    "why",
                    "the broker ended while it wrote the document, which may be damaged; what was in it before is kept"),
            ])
    }
}
