internal import BrokerProtocol
internal import LinuxSystem

/// What PAM's account modules said of accounts a moment ago, so that scripts that ask many times a second have them run once.
///
/// - That an account may be used counts for as long as the policy says, and no longer than nothing changes of what the answer rests on, as
///   far as the files of this host tell (`PAMFiles`, looked at every 20 ms): what a directory server changes, and what modules read
///   elsewhere, counts after that time.
/// - That it may not be used, or that this cannot be told, is never kept.
/// - Who asks while the same is being asked gets that answer: modules that hang hold up one thread of an account's, not all.
final class AccountChecks: Sendable {
    /// Modules decide by the terminal, too (access.conf(5), time.conf(5)).
    struct Question: Sendable, Hashable {
        let user: String
        let terminal: String?
    }

    /// What an answer rests on.
    private struct Ground: Sendable, Hashable {
        let files: PathGlance
        let policy: SubjectDigest
    }

    private enum Answer: Sendable {
        case good
        case refused(Refusal)
    }

    private struct Asked: Hashable {
        let question: Question
        let ground: Ground
    }

    private struct State {
        var watched = PAMFiles.watched()
        /// Of the answers that are kept.
        var ground: Ground?
        /// When it was asked what each was an answer to.
        var good: [Question: ContinuousClock.Instant] = [:]
        var asking: [Asked: Monitor<Answer?>] = [:]
        /// How the files watched were a moment ago.
        var look: (files: PathGlance, at: ContinuousClock.Instant)?
    }

    private enum Step {
        case known
        case wait(Monitor<Answer?>)
        case ask(Monitor<Answer?>)
    }

    /// Accounts of which many ask at once are few.
    private static let limit = 256
    /// Some fifty files are looked at, 0.1 ms, and no more often than this: about as long as a change may be hidden from a look anyway.
    private static let lookInterval = Duration.milliseconds(20)

    private let state = Monitor(State())

    /// - Parameters:
    ///   - lifetime: how long a good answer counts; zero has each asked for itself.
    ///   - ask: has the modules asked; nil says that the account is good.
    func refusal(
        of question: Question, keptFor lifetime: Duration, policy: SubjectDigest, ask: () -> Refusal?
    ) -> Refusal? {
        guard lifetime > .zero, let files = look() else { return learn(question, policy, ask) }
        let asked = Asked(question: question, ground: Ground(files: files, policy: policy))
        switch step(asked, keptFor: lifetime) {
        case .known: return nil
        case .wait(let answer):
            if case .refused(let refusal) = answer.wait(for: { $0 }) { return refusal }
            return nil
        case .ask(let answer):
            let refusal = learn(question, policy, ask)
            state.withLock { $0.asking[asked] = nil }
            answer.change { $0 = refusal.map(Answer.refused) ?? .good }
            return refusal
        }
    }

    private func look() -> PathGlance? {
        let (watched, last) = state.withLock { ($0.watched, $0.look) }
        let now = ContinuousClock.now
        if let last, last.at.duration(to: now) < Self.lookInterval { return last.files }
        guard let files = watched.glance() else { return nil }
        state.withLock { if $0.watched == watched { $0.look = (files, now) } }
        return files
    }

    /// Nothing that was said before counts any more.
    func forget() { state.withLock { $0.ground = nil } }

    private func step(_ asked: Asked, keptFor lifetime: Duration) -> Step {
        state.withLock { state in
            let since = state.ground == asked.ground ? state.good[asked.question] : nil
            if let since, since.duration(to: .now) < lifetime { return .known }
            if let answer = state.asking[asked] { return .wait(answer) }
            let answer = Monitor<Answer?>(nil)
            state.asking[asked] = answer
            return .ask(answer)
        }
    }

    private func learn(_ question: Question, _ policy: SubjectDigest, _ ask: () -> Refusal?) -> Refusal? {
        // All of it before they are asked: what changes meanwhile is another state the next time.
        let (watched, now) = (PAMFiles.watched(), ContinuousClock.now)
        let ground = watched.glance().map { Ground(files: $0, policy: policy) }
        if let refusal = ask() { return refusal }
        state.withLock { state in
            if state.ground != ground || state.good.count >= Self.limit {
                (state.watched, state.ground, state.good, state.look) = (watched, ground, [:], nil)
            }
            if ground != nil { state.good[question] = now }
        }
        return nil
    }
}

/// The files by which PAM decides about accounts: its services, the settings of its modules, and what the accounts are.
enum PAMFiles {
    private static let serviceDirectories = ["/etc/pam.d", "/usr/lib/pam.d"]
    private static let settingsDirectory = "/etc/security"
    private static let others = [
        "/etc/pam.conf", "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/nsswitch.conf", "/etc/nologin",
        "/run/nologin",
    ]
    /// More than any distribution has, and few enough to be looked at before each command.
    private static let limit = 256

    /// What is there now. Whatever is put there or taken away changes its directory.
    static func watched() -> WatchedPaths {
        do throws(SystemError) {
            var paths = serviceDirectories + [settingsDirectory] + others
            for directory in serviceDirectories { paths += try files(in: directory, withDirectories: false) }
            paths += try files(in: settingsDirectory, withDirectories: true)
            // Then no answer is kept.
            return WatchedPaths(paths.count <= limit ? paths : [])
        } catch {
            return WatchedPaths([])
        }
    }

    private static func files(in path: String, withDirectories: Bool) throws(SystemError) -> [String] {
        let entries: [DirectoryEntry]
        do throws(SystemError) { entries = try Directory(opening: path).entries(limit: limit) } catch {
            guard error.code == .notFound else { throw error }
            return []
        }
        var paths: [String] = []
        for entry in entries.sorted(by: { $0.name < $1.name }) {
            let name = "\(path)/\(entry.name)"
            switch entry.kind {
            // As those of authselect(8). The link itself cannot be changed, only replaced.
            case .symbolicLink: paths.append(try resolvedPath(name))
            case .directory:
                paths.append(name)
                if withDirectories { paths += try files(in: name, withDirectories: false) }
            default: paths.append(name)
            }
        }
        return paths
    }
}
