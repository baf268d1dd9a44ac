package import LinuxSystem
package import Policies

/// The alerts policy of a directory, read again when it changes.
package final class AlertsPolicyFile: Sendable {
    private struct Read {
        var identity: [FileIdentity?]
        var rules: AlertDelivery.Rules
    }

    private let directory: String
    private let ownership: TrustedOwnership
    private let host: String
    private let references: PolicyReferences
    private let last = Monitor<Read?>(nil)

    private static let sizeLimit = 1 << 20
    package static let configurationName = "configuration.yaml"

    package init(in directory: String, ownership: TrustedOwnership, host: String, references: PolicyReferences) {
        self.directory = directory
        self.ownership = ownership
        self.host = host
        self.references = references
    }

    private var policyPath: String { "\(directory)/\(AlertsPolicy.fileName)" }
    private var configurationPath: String { "\(directory)/\(Self.configurationName)" }

    /// The policy as it is now.
    package func rules() -> AlertDelivery.Rules {
        let identity = [policyPath, configurationPath].map(Self.identity)
        if let known = last.withLock({ $0 }), known.identity == identity { return known.rules }
        let rules = read()
        last.withLock { $0 = Read(identity: identity, rules: rules) }
        return rules
    }

    /// Nil when it is not there, or may not be looked at: reading tells which.
    private static func identity(_ path: String) -> FileIdentity? {
        guard let file = try? FileDescriptor.open(forReading: path) else { return nil }
        return try? FileIdentity(of: file, subject: path)
    }

    private func read() -> AlertDelivery.Rules {
        do throws(TrustedOwnership.Refusal) {
            guard let text = try self.text(policyPath) else { return .none }
            let configuration = try self.text(configurationPath)
            do throws(PolicyErrors) {
                let policy = try AlertsPolicy(parsing: text, references: references)
                let listed = try configuration.map { (text) throws(PolicyErrors) in try Configuration(parsing: text) }
                let commands = AllowedCommands(
                    listed: listed?.notifyCommands ?? [], ownership: ownership, configuration: configurationPath)
                return .policy(policy, ChannelContext(commands: commands, host: host))
            } catch { return .broken(why: error.description) }
        } catch {
            switch error {
            case .system(let error): return .broken(why: error.description)
            case .objection(let objection): return .broken(why: objection.description)
            }
        }
    }

    private func text(_ path: String) throws(TrustedOwnership.Refusal) -> PolicyText? {
        do throws(TrustedOwnership.Refusal) {
            return PolicyText(path: path, bytes: try ownership.contents(of: path, limit: Self.sizeLimit))
        } catch {
            if case .system(let error) = error, error.isAbsence { return nil }
            throw error
        }
    }
}
