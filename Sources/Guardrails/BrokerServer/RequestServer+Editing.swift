internal import BrokerProtocol
internal import HostModel
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

// Editing the files of others (`sudo -e`): the client gets copies and hands back what is to be in them. No editor runs with another user's
// rights, no path is opened that the requester could redirect, and no file is taken that the policy was not asked about (CVE-2023-22809,
// CVE-2021-23240).
extension RequestServer {
    mutating func edit(_ paths: [String]) -> RequestConversation.Event {
        do {
            return try edit(documents(paths))
        } catch {
            editFailure = "\(error)"
            return .ended(.exited(code: 1))
        }
    }

    /// As whoever the rule lets the requester act as: root's files where only root can have put them, another user's with that user's
    /// rights alone.
    private func documents(_ paths: [String]) throws -> [any EditedDocument] {
        guard let launch = grant?.terms, case .identity(let target) = launch.rights else {
            throw Refusal(code: .commandUnfit, text: "files are edited as a user, and the rule names none")
        }
        let limit = broker.configuration.limits.document
        let own = peer.requester.groups.map(\.rawValue).sorted()
        let requester = Execution.Identity(
            user: peer.requester.user.rawValue, group: peer.requester.group.rawValue, groups: own)
        let user = Execution.Identity(
            user: target.user.rawValue, group: target.group.rawValue,
            groups: prepared.request.keepsGroups ? own : prepared.target.account.groups.sorted())
        return try paths.map { path in
            guard target.user == .root else { return try UserDocument(path, as: user, for: requester, limit: limit) }
            return try RootDocument(path, group: target.group.rawValue, limit: limit)
        }
    }

    private mutating func edit(_ documents: [any EditedDocument]) -> RequestConversation.Event {
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
                let content = try file.contents(limit: broker.configuration.limits.document)
                try document.replace(with: content)
                edited.append(EditedContent(path: document.path, content))
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

/// A file as it was when editing began.
private protocol EditedDocument {
    var path: String { get }
    var content: [UInt8] { get }
    /// Puts new content in its place; what became another file meanwhile is left alone.
    func replace(with bytes: [UInt8]) throws
}

extension UserDocument: EditedDocument {}

/// A file of root's.
private struct RootDocument: EditedDocument {
    let path: String
    let content: [UInt8]
    /// Nil where there is no such file yet.
    private let original: TrustedFile?
    /// What a new one belongs to.
    private let group: UInt32

    init(_ path: String, group: UInt32, limit: Int) throws(UnfitProgram) {
        (self.path, self.group) = (path, group)
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

    /// With the owner and mode of before.
    func replace(with bytes: [UInt8]) throws {
        if let original {
            guard try TrustedFile(path).identity == original.identity else { throw UnfitProgram.changed(path: path) }
        } else {
            try TrustedFile.checkParent(of: path)
        }
        let metadata = original?.metadata
        let file = try AtomicFile(
            replacing: path, permissions: (metadata?.permissions ?? 0o644) & 0o777,
            owner: metadata.map { FileOwner(user: $0.owner, group: $0.group) } ?? FileOwner(user: 0, group: group))
        try file.write(bytes)
        try file.commit()
    }
}
