internal import Cryptography
internal import LinuxSystem
private import Synchronization

/// The tokens of a file, as a server asks for them: read again when the file has changed, so that a token that was revoked opens nothing
/// any more. A file that cannot be read lets nobody in.
package final class TokenRegister: Sendable {
    private struct State {
        /// Kept open, for each request asks.
        var tree: FileTree?
        var file: FileIdentity?
        var tokens: [APIToken] = []
        var isRead = false
    }

    package let file: APITokenFile
    private let state = Mutex(State())

    package init(_ file: APITokenFile) { self.file = file }

    /// The token that was presented; nil when it is none, or has expired. Every token is compared, each in constant time.
    package func token(of presented: [UInt8], now: Int64) throws(APIAccessError) -> APIToken? {
        let hash = SHA256.hash(presented)
        var found: APIToken?
        for token in try tokens() where areEqualInConstantTime(token.hash, hash) { found = token }
        guard let found, !found.isExpired(at: now) else { return nil }
        return found
    }

    package func tokens() throws(APIAccessError) -> [APIToken] {
        try state.withLock { state throws(APIAccessError) in
            let tree = if let open = state.tree { open } else { try Self.openTree() }
            state.tree = tree
            let file = try file.state(in: tree)
            if !state.isRead || file != state.file {
                state = State(tree: tree)
                state.tokens = try self.file.tokens()
                state.file = file
                state.isRead = true
            }
            return state.tokens
        }
    }

    private static func openTree() throws(APIAccessError) -> FileTree {
        do throws(SystemError) { return try FileTree() } catch { throw .system(error) }
    }
}
