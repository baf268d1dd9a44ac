internal import BrokerProtocol
private import Cryptography
private import FoundationEssentials
internal import LinuxSystem
internal import Policies
internal import PrivilegeBroker

/// The policies that decide now: read when a file has changed, and every half minute, for what they name (links, time zones) may change
/// without them.
///
/// Every look walks the way to each file: a policy that somebody else could have written, or whose directory is another's, decides
/// nothing from then on.
final class PolicyStore: Sendable {
    /// Policies that were loaded together: one object, for everybody who asks takes them from under the lock.
    final class Loaded: Sendable {
        let set: CommandPolicySet
        /// The SHA-256 of the SHA-256 of each file, in the order of their names: the version that decisions are recorded with.
        let version: SubjectDigest
        /// The files, by path: their digest, or why they are not used.
        let files: [(path: String, state: String)]

        init(set: CommandPolicySet, version: SubjectDigest, files: [(path: String, state: String)]) {
            (self.set, self.version, self.files) = (set, version, files)
        }
    }

    private struct State {
        var loaded: Loaded?
        var seen: [FileState] = []
        /// Taken before `seen`; nil where only a walk tells whether anything changed.
        var glance: PathGlance?
        var watched = WatchedPaths([])
        var loadedAt: ContinuousClock.Instant?

        /// What was loaded, unless that is too long ago.
        func fresh(at now: ContinuousClock.Instant) -> Loaded? {
            loadedAt.map { now - $0 < PolicyStore.lifetime } ?? false ? loaded : nil
        }
    }

    private enum FileState: Hashable {
        case there(FileIdentity)
        case unfit(UnfitProgram)
    }

    /// A policy of 1 MiB has about 10,000 rules.
    private static let sizeLimit = 1 << 20
    private static let lifetime: Duration = .seconds(30)

    private let directory: String
    // Dozens of threads ask at once: none is to spin.
    private let state = Monitor(State())

    init(directory: String) { self.directory = directory }

    /// The policies as they are now, and whether they are others than the last time.
    func current(at now: ContinuousClock.Instant = .now) -> (policies: Loaded, isNew: Bool) {
        // Of what everybody who asks looks at, nobody holds the lock.
        let before = state.withLock { $0 }
        if let loaded = before.fresh(at: now), let glance = before.glance, before.watched.glance() == glance {
            return (loaded, false)
        }
        return state.withLock { state in
            if let loaded = state.fresh(at: now) {
                let glance = state.watched.glance()
                if look(at: loaded) == state.seen {
                    state.glance = glance
                    return (loaded, false)
                }
            }
            let (loaded, seen) = loadStill()
            let isNew = state.loaded?.version != loaded.version || !sameStates(state.loaded, loaded)
            state = State(
                loaded: loaded, seen: seen, glance: nil, watched: WatchedPaths(paths(of: loaded)), loadedAt: now)
            return (loaded, isNew)
        }
    }

    /// Looks at the files again the next time.
    func expire() { state.withLock { $0.loadedAt = nil } }

    private func sameStates(_ old: Loaded?, _ new: Loaded) -> Bool {
        old?.files.map(\.path) == new.files.map(\.path) && old?.files.map(\.state) == new.files.map(\.state)
    }

    private var commandPath: String { "\(directory)/\(CommandPolicySet.commandFile)" }
    private var promptPath: String { "\(directory)/\(CommandPolicySet.promptFile)" }

    private func path(of name: String) -> String { name.hasPrefix("/") ? name : "\(directory)/\(name)" }

    private func paths(of loaded: Loaded) -> [String] {
        [commandPath, promptPath] + loaded.set.otherFiles.keys.sorted().map(path(of:))
    }

    private func look(at loaded: Loaded) -> [FileState] {
        paths(of: loaded).map { path in
            do throws(UnfitProgram) {
                return .there(try TrustedFile(path).identity)
            } catch {
                return .unfit(error)
            }
        }
    }
}

// MARK: Loading
extension PolicyStore {
    /// What was read, and the files as they were while it was. Where somebody goes on writing them, nothing is said to have been seen: the
    /// next who asks reads them again.
    private func loadStill() -> (Loaded, [FileState]) {
        var loaded = load()
        for _ in 0..<3 {
            let before = look(at: loaded)
            loaded = load()
            let after = look(at: loaded)
            if before == after { return (loaded, after) }
        }
        return (loaded, [])
    }

    private func load() -> Loaded {
        var notes: [(path: String, state: String)] = []
        let references = PolicyReferences.host
        let commands = read(commandPath, &notes) { text throws(PolicyErrors) in
            try CommandPolicy(parsing: text, references: references)
        }
        let prompts = read(promptPath, &notes) { text throws(PolicyErrors) in try PromptPolicy(parsing: text) }
        var others: [String: String?] = [:]
        if case .usable(let policy) = commands {
            let known: Set = [CommandPolicySet.commandFile, CommandPolicySet.promptFile]
            for name in policy.requiredFiles where !known.contains(name) {
                let problem = problem(with: path(of: name), &notes)
                others.updateValue(problem, forKey: name)
            }
        }
        var bytes: [UInt8] = []
        for note in notes { bytes += SHA256.hash(Array("\(note.path)\0\(note.state)".utf8)) }
        guard let version = SubjectDigest(SHA256.hash(bytes)) else { preconditionFailure("a SHA-256 has 32 bytes") }
        return Loaded(
            set: CommandPolicySet(commands: commands, prompts: prompts, otherFiles: others), version: version,
            files: notes)
    }

    private func read<Policy>(
        _ path: String, _ notes: inout [(path: String, state: String)],
        parse: (PolicyText) throws(PolicyErrors) -> Policy
    ) -> PolicyState<Policy> {
        switch contents(of: path) {
        case .success(let bytes):
            let state = PolicyState(PolicyText(path: path, bytes: bytes), parse: parse)
            let digest = SHA256.hash(bytes).hexadecimal
            if case .broken(let errors) = state {
                notes.append((path, "\(digest) is broken: \(errors.first ?? "") (\(errors.count) in all)"))
            } else {
                notes.append((path, digest))
            }
            return state
        case .failure(.notFound):
            notes.append((path, "missing"))
            return .missing(path: path)
        case .failure(let reason):
            notes.append((path, "\(reason)"))
            return .broken(["\(reason)"])
        }
    }

    private func contents(of path: String) -> Result<[UInt8], UnfitProgram> {
        do throws(UnfitProgram) {
            return .success(try TrustedFile(path).contents(limit: Self.sizeLimit))
        } catch {
            return .failure(error)
        }
    }

    /// What is wrong with another policy file that has to be there; nil when it is sound. Those of a name that Bailey knows have to be
    /// what the name says; of others no more can be told than whether they are there, and whose.
    private func problem(with path: String, _ notes: inout [(path: String, state: String)]) -> String? {
        let state: PolicyState<Bool> = read(path, &notes) { text throws(PolicyErrors) in
            let name = text.path.split(separator: "/").last ?? ""
            if name.hasPrefix("approved-ports.") { _ = try PortPolicy(parsing: [text]) }
            if name.hasPrefix("egress-allowlist.") { _ = try EgressPolicy(parsing: [text]) }
            if name == "configuration.yaml" { _ = try Configuration(parsing: text) }
            return true
        }
        return switch state {
        case .usable: nil
        case .missing: "it is missing"
        case .broken(let errors): errors.first ?? "it cannot be used"
        }
    }
}

extension PolicyStore.Loaded {
    /// What holds while its loading cannot be recorded: nothing runs.
    convenience init(unrecorded loaded: PolicyStore.Loaded, why: String) {
        self.init(
            set: CommandPolicySet(
                commands: .broken(["that it was loaded cannot be recorded: \(why)"]), prompts: loaded.set.prompts),
            version: loaded.version, files: loaded.files)
    }
}
