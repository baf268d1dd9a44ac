internal import CaseManagement
internal import LinuxSystem
internal import TechniqueLookup
internal import Triage

/// What a core that runs takes over when it changes: its playbooks, and the index of ATT&CK.
struct CoreFiles {
    private var playbooks: PlaybookPolicyFile
    private var attack: AttackIndexFile

    init(_ options: CoreOptions) {
        playbooks = PlaybookPolicyFile(in: options.policies)
        attack = AttackIndexFile(of: options.state)
    }

    /// At the start. What is wrong with the playbooks was told with what else is; an index that cannot be used is told and passed over:
    /// what comes in is not to wait for somebody to mend it.
    mutating func readFirst(into core: Core) {
        if case .playbooks(let found) = playbooks.next() { core.playbooks = found }
        switch attack.next() {
        case .techniques(let found): core.catalogue = found
        case .same: return
        case .broken(let why):
            CoreService.say("\(why): what ships is used")
            do throws(InstalledAttackError) {
                core.catalogue = AttackTechniques(try InstalledAttackIndex())
            } catch { CoreService.say("\(error.description): no techniques are named") }
        }
    }

    /// What became broken changes nothing: what was in force stays so.
    mutating func readAnew(into core: Core) {
        switch playbooks.next() {
        case .same: break
        case .playbooks(let found):
            core.playbooks = found
            CoreService.say("playbooks: the policy changed, and is in force now")
        case .broken(let problems):
            for problem in problems { CoreService.say(problem) }
            CoreService.say("playbooks: the policy cannot be used; those that were in force stay")
        }
        switch attack.next() {
        case .same: break
        case .techniques(let found):
            core.catalogue = found
            CoreService.say("ATT&CK: the index changed, and version \(found.version) is used now")
        case .broken(let why): CoreService.say("\(why); the index that was used stays")
        }
    }
}

/// What says that a core serves a state directory, for as long as this is there.
final class CoreLock {
    private let lock: FileLock

    init(lock: consuming FileLock) { self.lock = lock }
}
