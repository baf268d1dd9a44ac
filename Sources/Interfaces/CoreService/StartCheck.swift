internal import APIAccess
internal import Auditing
internal import Cryptography
internal import LinuxSystem
internal import Notifications
internal import Policies
internal import PrivilegeBroker

/// Why the core does not start.
struct StartRefusal: Error {
    var problems: [String]
}

/// What is looked at before anything is served. Settings that are broken are no settings, so they stop it in any mode; what else is wrong
/// stops it in production, and is told in development.
struct StartCheck {
    let options: CoreOptions
    let tokens: TokenRegister
    /// Seconds since the epoch.
    let now: Int64

    private static let sizeLimit = 4 << 20

    /// The file that was named; else the one that is installed, for the core that is. One with a state of its own is another.
    private var path: String? {
        if let named = options.settings { return named }
        guard options.state == CoreOptions.installedState else { return nil }
        // One that cannot be looked at is read all the same, and the error tells why.
        let isMissing = (try? FileTree().exists(CoreOptions.installedSettings)) == false
        return isMissing ? nil : CoreOptions.installedSettings
    }

    /// As they ship where there is no file, unless one was named.
    func settings() throws(StartRefusal) -> CoreServicePolicy {
        guard let path else { return CoreServicePolicy() }
        let bytes: [UInt8]
        do throws(SystemError) {
            let tree = try FileTree()
            let metadata = try tree.metadata(of: path)
            guard [0, CurrentProcess.effectiveUserID].contains(metadata.owner), !metadata.isWritableByGroup,
                !metadata.isWritableByAnyone
            else {
                throw SystemError(
                    "trust", "\(path): others than root and the core's user may write it", code: .notPermitted)
            }
            bytes = try tree.contents(of: path, limit: Self.sizeLimit)
        } catch { throw StartRefusal(problems: ["\(path): cannot be read: \(error)"]) }
        do throws(PolicyErrors) { return try CoreServicePolicy(parsing: PolicyText(path: path, bytes: bytes)) } catch {
            throw StartRefusal(problems: error.errors.map(\.description))
        }
    }

    /// What others must not find when they rely on this core; a line each.
    func problems(with settings: CoreServicePolicy) -> [String] {
        tokenProblems() + keyProblems() + placeholderProblems(settings) + policyProblems()
            + PlaybookPolicyFile(in: options.policies).problems + channelProblems()
    }

    private func tokenProblems() -> [String] {
        let known: [APIToken]
        do throws(APIAccessError) { known = try tokens.tokens() } catch { return [error.description] }
        var problems = known.filter { Placeholder.isHash($0.hash) }.map {
            "the token '\($0.name)' is a placeholder out of an example: bailey token revoke \($0.name)"
        }
        if known.allSatisfy({ $0.isExpired(at: now) }) {
            problems.append(
                known.isEmpty
                    ? "there is no token, so that nobody could ask: bailey token create NAME --scope SCOPE --state \(options.state)"
                    : "every token has expired: bailey token create NAME --scope SCOPE --state \(options.state)")
        }
        return problems
    }

    /// A key of one byte over and over is nobody's secret.
    private func keyProblems() -> [String] {
        let path = "\(options.state)/\(EvidenceKey.name)"
        do throws(SystemError) {
            let tree = try FileTree()
            guard try tree.exists(path) else { return [] }
            var bytes = try tree.contents(of: path, limit: 4096)
            defer { bytes.wipe(0..<bytes.count) }
            return Set(bytes).count < 8 ? ["\(path) is a placeholder: remove it, and a key is made"] : []
        } catch { return ["\(path): cannot be read: \(error)"] }
    }

    private func placeholderProblems(_ settings: CoreServicePolicy) -> [String] {
        settings.hosts.filter { $0 == "core.example.org" || $0.contains("changeme") }.sorted().map {
            "hosts names \($0), which is a placeholder"
        }
    }

    /// The channels of the alerts policy that goes by: nobody is told by one whose secret is none, and whoever knows the example could
    /// speak for it.
    private func channelProblems() -> [String] {
        NotificationCheck(AlertsPolicyFile(of: options).rules()).problems
    }

    /// The policies beside the settings. They are read as the programs read them that go by them.
    private func policyProblems() -> [String] {
        guard let path else { return [] }
        let directory = "/" + path.split(separator: "/").dropLast().joined(separator: "/")
        return PolicyFilesCheck(directory: directory).problems()
    }
}

extension AlertsPolicyFile {
    /// The one that a core of these options goes by.
    convenience init(of options: CoreOptions) {
        self.init(
            in: options.policies, ownership: TrustedOwnership(owners: [0, CurrentProcess.effectiveUserID]),
            host: KernelIdentity.current.hostname, references: .host)
    }
}
