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
        defer { giveRoom(documentBytes) }
        do {
            return try edit(documents(paths))
        } catch {
            editFailure = "\(error)"
            return .ended(.exited(code: 1))
        }
    }

    /// As whoever the rule lets the requester act as: root's files where only root can have put them, another user's with that user's
    /// rights alone.
    private mutating func documents(_ paths: [String]) throws -> [any EditedDocument] {
        guard let launch = grant?.terms, case .identity(let target) = launch.rights else {
            throw Refusal(code: .commandUnfit, text: "files are edited as a user, and the rule names none")
        }
        let limit = broker.configuration.limits.document
        let own = peer.requester.groups.map(\.rawValue).sorted()
        // A process can shed a group that its account has (setgroups(2) in a user namespace) and another of its processes will have it.
        let account = UserAccount.withID(peer.requester.user.rawValue)?.groups ?? []
        let requester = Execution.Identity(
            user: peer.requester.user.rawValue, group: peer.requester.group.rawValue,
            groups: Set(own).union(account).sorted())
        let user = Execution.Identity(
            user: target.user.rawValue, group: target.group.rawValue,
            groups: prepared.request.keepsGroups ? own : prepared.target.account.groups.sorted())
        var documents: [any EditedDocument] = []
        for path in paths {
            // As much as it may be, until it is known how much it is.
            try takeRoom(limit, toWrite: false)
            let document: any EditedDocument =
                target.user == .root
                ? try RootDocument(path, group: target.group.rawValue, limit: limit)
                : try UserDocument(path, as: user, for: requester, limit: limit)
            giveRoom(limit - document.content.count)
            documents.append(document)
        }
        return documents
    }

    private mutating func takeRoom(_ bytes: Int, toWrite: Bool) throws(Refusal) {
        guard broker.takeDocumentBytes(bytes, toWrite: toWrite) else {
            throw Refusal(
                code: .expired, text: "the documents that are being edited take all the room there is for them",
                remedy: "try again when others are done")
        }
        documentBytes += bytes
    }

    private mutating func giveRoom(_ bytes: Int) {
        broker.giveBackDocumentBytes(bytes)
        documentBytes -= bytes
    }

    private mutating func edit(_ documents: [any EditedDocument]) -> RequestConversation.Event {
        do {
            try offer(documents)
            guard let places = awaitEdited() else { return .clientGone }
            guard places.allSatisfy({ Int($0) < documents.count }), zip(places, places.dropFirst()).allSatisfy(<) else {
                return .clientGone
            }
            let files = try connection.takeDescriptors(places.count)
            for (place, file) in zip(places, files) { try writeBack(documents[Int(place)], Int(place), from: file) }
            return .ended(.exited(code: 0))
        } catch let damaged as DamagedDocument {
            editFailure = damaged.description
            return .ended(.exited(code: 1))
        } catch {
            editFailure = "what was not written yet stays as it was: \(error)"
            return .ended(.exited(code: 1))
        }
    }

    private func offer(_ documents: [any EditedDocument]) throws {
        let copies = try documents.map { try SharedDescriptor.memory($0.content) }
        try connection.send(.documents(documents.map(\.path)), descriptors: copies)
    }

    private mutating func writeBack(
        _ document: any EditedDocument, _ place: Int, from file: SharedDescriptor
    ) throws {
        // The client can still make it larger: then it is refused.
        let size = min(Int(try file.metadata().size), broker.configuration.limits.document)
        try takeRoom(size, toWrite: true)
        defer { giveRoom(size) }
        let content = try file.contents(limit: size)
        // What is replaced whole, or was not there, needs no keeping.
        let isKept = document.isOverwrittenInPlace && !document.content.isEmpty
        if isKept { try broker.kept.keep(document.content, of: document.path, in: id, place) }
        do {
            try document.replace(with: content)
        } catch {
            if case UnfitDocument.torn = error {
                throw DamagedDocument(why: error, copy: isKept ? broker.kept.leave(id, place) : nil)
            }
            if isKept { broker.kept.remove(id, place) }
            throw error
        }
        if isKept { broker.kept.remove(id, place) }
        edited.append(EditedContent(path: document.path, content))
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

/// A document that could neither be written nor be put back.
private struct DamagedDocument: Error, CustomStringConvertible {
    let why: any Error
    /// Where what was in it is; nil where nothing was.
    let copy: String?

    var description: String { "\(why)" + (copy.map { "; what was in it is in \($0), for root" } ?? "") }
}

/// A file as it was when editing began.
private protocol EditedDocument {
    var path: String { get }
    var content: [UInt8] { get }
    /// Whether a replacement that is cut off leaves neither the old nor the new.
    var isOverwrittenInPlace: Bool { get }
    /// Puts new content in its place; what became another file meanwhile is left alone.
    func replace(with bytes: [UInt8]) throws
}

extension UserDocument: EditedDocument {
    fileprivate var isOverwrittenInPlace: Bool { true }
}

/// A file of root's.
private struct RootDocument: EditedDocument {
    let path: String
    let content: [UInt8]
    let isOverwrittenInPlace = false
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
            guard file.resolvedPath.hasSameBytes(as: path) else { throw .changed(path: path) }
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
