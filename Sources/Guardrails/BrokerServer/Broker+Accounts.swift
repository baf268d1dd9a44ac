internal import BrokerProtocol
private import FoundationEssentials
private import HostModel
private import LinuxSystem
private import PAM
private import Policies

// Whether anything is done for an account at all, whatever its rule asks for: what sudo asks PAM before every command.
extension Broker {
    /// Why nothing is done for this peer's account; nil when it is good.
    func objection(toAccountOf peer: Peer, by policies: PolicyStore.Loaded) -> Refusal? {
        let label = peer.requester.userLabel
        guard let user = peer.requester.userName else {
            return Refusal(
                code: .deniedByPolicy, text: "\(label) is no account of this host, so none that may be used",
                remedy: "ask from an account; where it should be one: getent passwd \(peer.requester.user)")
        }
        let today = Int((Date.now.timeIntervalSince1970 / 86_400).rounded(.down))
        if let why = accounts.entry(of: peer.requester.user.rawValue)?.aging?.objection(onDay: today) {
            return Refusal(
                code: .deniedByPolicy, text: "the account \(label) \(why)",
                remedy: "have root look at it: chage --list \(label)")
        }
        let question = AccountChecks.Question(user: user, terminal: peer.requester.terminal)
        let lifetime = policies.set.commandPolicy?.accountCheckLifetime ?? .zero
        return accountChecks.refusal(of: question, keptFor: lifetime, policy: policies.version) {
            askModules(about: question)
        }
    }

    private func askModules(about question: AccountChecks.Question) -> Refusal? {
        let service = configuration.pamService
        let authentication = PAMAuthentication(
            service: service, user: question.user, requester: question.user, terminal: question.terminal,
            limit: configuration.limits.authentication)
        let text: String
        do throws(PAMError) {
            switch try authentication.checkAccount() {
            // Nothing is proven by a password here; where one is asked for it has to be changed first.
            case .usable, .passwordToBeChanged: return nil
            case .unusable(let why): text = "PAM does not let the account \(question.user) be used now: \(why)"
            }
        } catch {
            text = "whether the account \(question.user) may be used cannot be told: \(error)"
        }
        return Refusal(code: .deniedByPolicy, text: text, remedy: PAMFiles.remedy(for: service))
    }
}

extension PAMFiles {
    /// What root can do about a refusal. Without lines for accounts of its own a service goes by those of `other`, and without such lines
    /// PAM refuses everybody (pam.conf(5)).
    fileprivate static func remedy(for service: String) -> String {
        guard let tree = try? FileTree(), (try? tree.exists("/etc/pam.d/\(service)")) == false,
            (try? tree.exists("/usr/lib/pam.d/\(service)")) == false
        else {
            return
                "have root look at the account lines of /etc/pam.d/\(service) (of /etc/pam.d/other where it has none), and at what PAM logged"
        }
        return
            "there is no /etc/pam.d/\(service), so PAM goes by /etc/pam.d/other: have root write it; scripts/install --broker does"
    }
}
