import AttackRetrieval
import LinuxSystem
import TechniqueLookup

extension InstalledAttackIndex {
    /// The index that commands use: this user's or the checkout's, then the host's, then the one that ships.
    init(for session: Session) throws(CommandError) {
        var directories = [session.locations.output]
        if session.options.output == nil, session.locations.checkout == nil {
            directories.append(Locations.systemState)
        }
        let ownership = TrustedOwnership(owners: session.locations.trustedOwners)
        var problem: Problem?
        do throws(InstalledAttackError) {
            try self.init(in: directories.compactMap(\.self)) { metadata, path in
                problem = ownership.objection(to: metadata, at: path).map { Problem($0) }
                return problem?.reason
            }
        } catch { throw Self.commandError(error, problem) }
    }

    private static func commandError(_ error: InstalledAttackError, _ problem: Problem?) -> CommandError {
        switch error {
        case .notTrusted(let path, let reason): problem.map { .couldNotRun([$0]) } ?? .couldNotRun(path, reason)
        case .unreadable(let error): .couldNotRun(error)
        case .unusable(let path, let why): .couldNotRun(path ?? "ATT&CK", why.description, remedy: error.remedy)
        }
    }
}

extension AttackTechniques {
    /// What commands that judge alerts look techniques up in.
    convenience init(for session: Session) throws(CommandError) {
        self.init(try InstalledAttackIndex(for: session))
    }
}
