import ControlFrameworks
import Findings
import HostModel

/// No file makes this host believe another's word for who somebody is.
struct TrustFilesAbsent: Check {
    let description = CheckDescription(
        id: "trust-files-absent", title: "No file trusts other hosts to name users", category: .accounts, risk: .high,
        rationale:
            "A line in .rhosts or hosts.equiv lets in who comes from the right address with the right name; both can be made up.",
        remediation: "Remove the files, and use SSH keys for what needed them.",
        controls: [
            .iso("A.8.5"), .iso("A.8.9"), .csf("PR.AA-03"), .sp80053("IA-2"), .sp80053("AC-17"), .sp80053("CM-7"),
        ])

    private static let paths = ["/etc/hosts.equiv", "/etc/ssh/shosts.equiv", "/etc/shosts.equiv"]

    var facts: [FactKey] { Self.paths.map { FactKey("file.\($0).exists") } }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        for path in Self.paths {
            guard
                let (value, source) = judgement.look(
                    at: context.snapshot[FactKey("file.\(path).exists")])
            else { continue }
            if value == .flag(true) {
                judgement.violates("\(path) trusts other hosts", Evidence("the file is there", from: source))
            }
        }
        guard let (homes, source) = judgement.look(at: context.snapshot.homes) else { return judgement.answer }
        for home in homes {
            guard let (files, _) = judgement.look(at: home.sensitiveFiles) else { continue }
            for file in files where file.path.hasSuffix("/.rhosts") || file.path.hasSuffix("/.shosts") {
                judgement.violates("\(file.path) trusts other hosts", Evidence("the file is there", from: file.path))
            }
        }
        judgement.sees(Evidence("\(homes.count) homes, and \(Self.paths.joined(separator: ", "))", from: source))
        return judgement.answer
    }
}
