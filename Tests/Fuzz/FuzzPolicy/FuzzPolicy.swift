import FoundationEssentials
import HostModel
import Policies

/// What libFuzzer calls with bytes of its own making (https://llvm.org/docs/LibFuzzer.html): the first chooses what the rest are read as.
/// What is refused says where; what is taken decides a request, and a policy that was imported is taken by the strict parser.
@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first else { return 0 }
    let file = PolicyText(path: "fuzz.yaml", bytes: Array(bytes.dropFirst()))
    do throws(PolicyErrors) {
        switch kind & 3 {
        case 0, 1: decide(try CommandPolicy(parsing: file, references: .none))
        case 2 where kind & 4 == 0: _ = try PromptPolicy(parsing: file)
        case 2: _ = try PlaybookPolicy(parsing: file, words: words)
        default:
            let imported =
                kind & 4 == 0
                ? try OlderCommandPolicy.imported(file, group: "sudo", references: .none) { "/usr/bin/\($0)" }
                : try SudoersImport.imported(file, hostName: "web1", references: .none)
            check(imported)
        }
    } catch {
        let places = error.errors.map(\.location)
        precondition(!places.isEmpty && places.allSatisfy { $0.line >= 1 && $0.column >= 1 }, "\(error)")
    }
    return 0
}

/// A little of what triage has.
private let words = PlaybookWords(
    playbooks: ["brute-force": [.init(name: "failures-from-address", hasAfter: true, isDistinct: false)]],
    verdicts: ["low", "high"], severities: ["low", "high"], subjects: ["user", "host"])

private func check(_ imported: ImportedCommandPolicy) {
    do throws(PolicyErrors) {
        let policy = try CommandPolicy(parsing: PolicyText(path: "imported", imported.text), references: .none)
        precondition(policy.rules.count == imported.rulesCount, imported.text)
    } catch {
        preconditionFailure("\(error)\n\(imported.text)")
    }
}

/// Decides about commands of the policy's own rules; the answer is always the same one.
private func decide(_ policy: CommandPolicy) {
    let requester = Requester(
        user: UserID(1001), userName: "ada", group: GroupID(1001), process: ProcessID(7), startTime: 1)
    for path in policy.rules.flatMap(\.command.paths).prefix(4) + ["/usr/bin/id"] {
        guard
            let request = try? CommandRequest(
                argv: [path, "-u", "a/../b", ""], requestedPath: path, program: path, target: .root)
        else { continue }
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let decision = policy.decide(request, from: requester, at: now)
        precondition(decision == policy.decide(request, from: requester, at: now))
    }
}
