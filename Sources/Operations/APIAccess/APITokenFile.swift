internal import Cryptography
internal import JSON
package import LinuxSystem

/// The tokens of one core, in one file that is its user's alone. It is written whole or not at all, by one process at a time.
package struct APITokenFile: Sendable {
    package static let name = "api-tokens.json"
    package static let countLimit = 1_000
    private static let sizeLimit = 2 << 20

    package let path: String
    private let directory: String

    /// - Parameter directory: the core's state directory.
    package init(in directory: String) {
        self.directory = directory
        path = "\(directory)/\(Self.name)"
    }

    /// All tokens, by name; none when there is no file.
    package func tokens() throws(APIAccessError) -> [APIToken] {
        guard let bytes = try contents() else { return [] }
        guard let tokens = Self.parsed(bytes) else {
            throw .unfit(path: path, why: "is not what Bailey wrote: remove it, and create the tokens anew")
        }
        return tokens
    }

    /// Nil when there is no file.
    private func contents() throws(APIAccessError) -> [UInt8]? {
        let permissions: UInt16?
        let bytes: [UInt8]
        do throws(SystemError) {
            let tree = try FileTree()
            guard try tree.exists(path) else { return nil }
            let metadata = try tree.metadata(of: path, followingLinks: false)
            permissions = metadata.kind == .regular ? metadata.permissions : nil
            bytes = try tree.contents(of: path, limit: Self.sizeLimit)
        } catch { throw .system(error) }
        guard let permissions, permissions & 0o077 == 0 else {
            throw .unfit(path: path, why: "has to be a file that nobody but its owner reads: chmod 600")
        }
        return bytes
    }

    /// What tells the file from how it was before; nil when there is none.
    /// - Parameter tree: the host's files; who asks often keeps it open.
    func state(in tree: FileTree) throws(APIAccessError) -> FileIdentity? {
        do throws(SystemError) { return try tree.identity(of: path) } catch {
            if error.isAbsence { return nil }
            throw .system(error)
        }
    }

    /// Adds a token and returns its text, which is nowhere afterwards but with whom it is given to.
    /// - Parameter secret: a text that somebody else chose; nil makes a random one.
    package func create(
        _ name: APIToken.Name, holder: APIToken.Holder, scopes: Set<APIScope>, secret: SecretBytes? = nil, now: Int64,
        expiresAt: Int64? = nil
    ) throws(APIAccessError) -> SecretBytes {
        if let objection = secret.flatMap({ $0.withBytes { APIToken.objection(to: Array($0)) } }) {
            throw .unsuitable(why: objection)
        }
        let text: SecretBytes
        do throws(CryptographyError) {
            if let secret { text = secret } else { text = try APIToken.random() }
        } catch { throw .cryptography(error) }
        let token = APIToken(
            name: name, holder: holder, scopes: scopes, hash: APIToken.hash(of: text), createdAt: now,
            expiresAt: expiresAt)
        try change { (tokens) throws(APIAccessError) in
            guard !tokens.contains(where: { $0.name == name }) else { throw .exists(name) }
            guard !tokens.contains(where: { $0.hash == token.hash }) else {
                throw .unsuitable(why: "is somebody else's already")
            }
            guard tokens.count < Self.countLimit else { throw .full(limit: Self.countLimit) }
            tokens.append(token)
        }
        return text
    }

    /// From the next request on it opens nothing.
    package func revoke(_ name: APIToken.Name) throws(APIAccessError) {
        try change { (tokens) throws(APIAccessError) in
            let before = tokens.count
            tokens.removeAll { $0.name == name }
            guard tokens.count < before else { throw .unknown(name) }
        }
    }

    private func change(_ body: (inout [APIToken]) throws(APIAccessError) -> Void) throws(APIAccessError) {
        let result: Result<Void, APIAccessError>
        do throws(SystemError) {
            // Root's tokens for a core with a user of its own have to be that user's, who owns the directory.
            let metadata = try FileTree().metadata(of: directory)
            let isOurs = metadata.owner == CurrentProcess.effectiveUserID
            let owner = isOurs ? nil : FileOwner(user: metadata.owner, group: metadata.group)
            let lock = try FileLock(path: "\(path).lock", owner: owner, patience: .seconds(10))
            result = changed(for: owner, body)
            _ = consume lock
        } catch { throw .system(error) }
        try result.get()
    }

    private func changed(
        for owner: FileOwner?, _ body: (inout [APIToken]) throws(APIAccessError) -> Void
    ) -> Result<Void, APIAccessError> {
        do throws(APIAccessError) {
            var tokens = try tokens()
            try body(&tokens)
            try write(tokens, for: owner)
            return .success(())
        } catch { return .failure(error) }
    }

    private func write(_ tokens: [APIToken], for owner: FileOwner?) throws(APIAccessError) {
        do throws(SystemError) {
            let file = try AtomicFile(replacing: path, permissions: 0o600, owner: owner)
            try file.write(Self.document(tokens))
            try file.commit()
            try Directory(opening: directory).sync()
        } catch { throw .system(error) }
    }

    private static func document(_ tokens: [APIToken]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.member(
                "tokens",
                array: { writer in
                    for token in tokens.sorted(by: { $0.name < $1.name }) {
                        writer.object {
                            $0.member("name", token.name.description)
                            $0.member("holder", token.holder.rawValue)
                            $0.member("scopes", token.scopes.sorted().map(\.rawValue))
                            $0.member("sha256", token.hash.hexadecimal)
                            $0.member("created_at", token.createdAt)
                            if let expiresAt = token.expiresAt { $0.member("expires_at", expiresAt) }
                        }
                    }
                })
        }
        return writer.drain() + [UInt8(ascii: "\n")]
    }

    private static func parsed(_ bytes: [UInt8]) -> [APIToken]? {
        guard let document = try? UntrustedJSON.parse(bytes).value, document["schema"]?.number == 1,
            let elements = document["tokens"]?.elements
        else { return nil }
        var tokens: [APIToken] = []
        for element in elements {
            guard let name = element["name"]?.text.flatMap(APIToken.Name.init),
                let holder = element["holder"]?.text.flatMap(APIToken.Holder.init),
                let scopes = element["scopes"]?.elements?.map({ $0.text.flatMap(APIScope.init) }),
                let hash = element["sha256"]?.text.flatMap({ [UInt8](hexadecimal: Array($0.utf8)) }),
                hash.count == SHA256.digestLength,
                let created = element["created_at"]?.number.flatMap({ Int64(exactly: $0) }),
                !scopes.contains(nil)
            else { return nil }
            let expires = element["expires_at"]
            let expiresAt = expires?.number.flatMap { Int64(exactly: $0) }
            guard expires == nil || expiresAt != nil else { return nil }
            tokens.append(
                APIToken(
                    name: name, holder: holder, scopes: Set(scopes.compactMap(\.self)), hash: hash,
                    createdAt: created, expiresAt: expiresAt))
        }
        return tokens
    }
}
