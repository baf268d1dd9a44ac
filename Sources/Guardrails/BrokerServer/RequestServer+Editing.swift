internal import BrokerProtocol
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

// Editing root's files (`sudo -e`): the client gets copies and hands back what is to be in them. No editor runs with root's rights, no
// path is opened that an ordinary user could redirect, and no file is taken that the policy was not asked about (CVE-2023-22809,
// CVE-2021-23240).
extension RequestServer {
    mutating func edit(_ paths: [String]) -> RequestConversation.Event {
        guard prepared.target.identity.user == .root else {
            editFailure = "files of other users than root are edited by running an editor as that user"
            return .ended(.exited(code: 1))
        }
        do throws(UnfitProgram) {
            let documents = try paths.map { path throws(UnfitProgram) in
                try EditedDocument(path, limit: broker.configuration.limits.document)
            }
            return edit(documents)
        } catch {
            editFailure = "\(error)"
            return .ended(.exited(code: 1))
        }
    }

    private mutating func edit(_ documents: [EditedDocument]) -> RequestConversation.Event {
        do {
            let copies = try documents.map { try SharedDescriptor.memory($0.content) }
            try connection.send(.documents(documents.map(\.path)), descriptors: copies)
            guard let places = awaitEdited() else { return .clientGone }
            guard places.allSatisfy({ Int($0) < documents.count }), zip(places, places.dropFirst()).allSatisfy(<) else {
                return .clientGone
            }
            let files = try connection.takeDescriptors(places.count)
            for (place, file) in zip(places, files) {
                let document = documents[Int(place)]
                try document.replace(with: file.contents(limit: broker.configuration.limits.document))
            }
            return .ended(.exited(code: 0))
        } catch {
            editFailure = "what was not written yet stays as it was: \(error)"
            return .ended(.exited(code: 1))
        }
    }

    /// Waits, for as long as a person edits, for which documents were changed; nil when the client has gone.
    private func awaitEdited() -> [UInt16]? {
        while true {
            if mailbox.take().contains(.clientGone) { return nil }
            do throws(ClientConnection.Loss) {
                for message in try connection.available(limit: 1) {
                    if case .edited(let places) = message { return places }
                }
            } catch {
                return nil
            }
            var entries = [PollEntry(connection.pollNumber), PollEntry(mailbox.pollNumber)]
            guard (try? poll(&entries, until: connection.wholeBy)) != nil else { return nil }
        }
    }
}

/// A file of root's as it was when editing began.
private struct EditedDocument {
    let path: String
    let content: [UInt8]
    /// Nil where there is no such file yet.
    private let original: TrustedFile?

    init(_ path: String, limit: Int) throws(UnfitProgram) {
        self.path = path
        original = try Self.file(at: path)
        content = try original?.contents(limit: limit) ?? []
    }

    private static func file(at path: String) throws(UnfitProgram) -> TrustedFile? {
        do throws(UnfitProgram) {
            let file = try TrustedFile(path)
            // What a link leads to is another file than the policy was asked about.
            guard file.resolvedPath == path else { throw .changed(path: path) }
            return file
        } catch .notFound(path) {
            try TrustedFile.checkParent(of: path)
            return nil
        }
    }

    /// Puts new content in its place, with the owner and mode of before; what became another file meanwhile is left alone.
    func replace(with bytes: [UInt8]) throws {
        if let original {
            guard try TrustedFile(path).identity == original.identity else { throw UnfitProgram.changed(path: path) }
        } else {
            try TrustedFile.checkParent(of: path)
        }
        let metadata = original?.metadata
        let file = try AtomicFile(
            replacing: path, permissions: (metadata?.permissions ?? 0o644) & 0o777,
            owner: metadata.map { FileOwner(user: $0.owner, group: $0.group) })
        try file.write(bytes)
        try file.commit()
    }
}
