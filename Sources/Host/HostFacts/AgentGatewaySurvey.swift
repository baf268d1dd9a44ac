import HostModel
import JSON
import LinuxSystem

/// Finds the gateways of AI agents that accounts have set up: `.openclaw` in a home.
///
/// Configurations are read, because what they allow is what is asked; files that hold secrets by their name are only looked at.
struct AgentGatewaySurvey {
    private static let directory = ".openclaw"
    private static let maximumSecretFiles = 1000
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    /// The gateways that were found, and the homes that could not be looked into. One closed home hides nothing of the others; with
    /// no gateway in sight it leaves open whether there is one.
    func read() -> (gateways: Observation<[AgentGateway]>, unreadable: [Gap]) {
        guard case .seen(let accounts, let origin) = source.accounts else {
            return (source.accounts.map { _ in [] }, [])
        }
        var gateways: [AgentGateway] = []
        var gaps: [Gap] = []
        var homes: [String] = []
        for account in accounts.users where account.home.hasPrefix("/") && !homes.contains(account.home) {
            homes.append(account.home)
            let home = account.home == "/" ? "" : account.home
            switch source.tree.observeFile("\(home)/\(Self.directory)") {
            case .seen(let file, _):
                if file.kind == .directory { gateways.append(gateway(of: account, in: file)) }
            case .absent: continue
            case .unseen(let gap): gaps.append(gap)
            }
        }
        if !gateways.isEmpty { return (.seen(gateways, from: "homes in \(origin)"), gaps) }
        if let gap = gaps.first { return (.unseen(gap), gaps) }
        let people = accounts.users.filter(\.hasLoginShell).map(\.home).prefix(8).joined(separator: ", ")
        return (
            .absent(
                why: "none of \(homes.count) homes has a \(Self.directory) directory (\(people), …)",
                from: "homes in \(origin)"), []
        )
    }

    private func gateway(of account: Account, in directory: HostFile) -> AgentGateway {
        let path = "\(directory.path)/openclaw.json"
        return AgentGateway(
            account: account.name, userID: account.userID, directory: directory, configurationPath: path,
            configurationFile: source.tree.observeFile(path).value, configuration: configuration(path),
            secretFiles: secretFiles(in: directory.path))
    }

    private func configuration(_ path: String) -> Observation<JSONValue> {
        let bytes = source.tree.observe(path, limit: 1 << 20) { $0 }
        guard case .seen(let document, let origin) = bytes else { return bytes.map { _ in .null } }
        do {
            return .seen(try JSONValue(parsing: document, allowsJSON5: true), from: origin)
        } catch {
            return .unseen(Gap(what: path, why: "it is not JSON: \(error.description)"))
        }
    }

    private func secretFiles(in directory: String) -> Observation<[HostFile]> {
        var found: [HostFile] = []
        var pending: [(path: String, depth: Int, isSecret: Bool)] = [(directory, 0, false)]
        while let next = pending.popLast() {
            let names = source.tree.observeNames(next.path)
            if case .unseen(let gap) = names { return .unseen(gap) }
            for name in names.value ?? [] where found.count < Self.maximumSecretFiles {
                guard let file = source.tree.observeFile("\(next.path)/\(name)", followingLinks: false).value else {
                    continue
                }
                let isSecret = next.isSecret || Self.isSecret(name)
                if file.kind == .directory {
                    // Work areas of agents are below the second level and large; credentials are not.
                    if next.depth < 3, !Self.isWorkArea(name) {
                        pending.append((file.path, next.depth + 1, isSecret || Self.isSecretDirectory(name)))
                    }
                } else if isSecret {
                    found.append(file)
                }
            }
        }
        return .seen(found.sorted { $0.path < $1.path }, from: directory)
    }

    private static func isSecret(_ name: String) -> Bool {
        let lower = name.lowercased()
        return lower == ".env" || lower.hasPrefix(".env.") || lower == "openclaw.json"
            || [".key", ".pem", ".p12", ".token"].contains { lower.hasSuffix($0) }
            || (lower.hasSuffix(".json") && ["auth", "credential", "token", "secret"].contains { lower.hasPrefix($0) })
    }

    private static func isSecretDirectory(_ name: String) -> Bool {
        ["credentials", "secrets", "auth", "identity"].contains(name.lowercased())
    }

    private static func isWorkArea(_ name: String) -> Bool {
        ["workspace", "node_modules", "logs", "cache", ".git", "media", "sessions"].contains(name.lowercased())
    }
}
