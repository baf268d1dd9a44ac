import ControlFrameworks
import Findings
import HostModel

/// Directories that everybody may write are file systems of their own, where no program gains rights.
struct TemporaryDirectoriesConfined: Check {
    let description = CheckDescription(
        id: "temporary-directories-confined", title: "Directories everybody may write are set apart",
        category: .mounts, risk: .low,
        rationale: """
            On the root file system a full /tmp stops the host, and set-user-id files made there work; a mount \
            of its own with nosuid and nodev ends both.
            """,
        remediation: """
            Enable tmp.mount (`systemctl enable --now tmp.mount`), and give /var/tmp a line in /etc/fstab with \
            nosuid,nodev,noexec.
            """,
        controls: [
            .iso("A.8.9"), .iso("A.8.22"), .csf("PR.PS-01"), .sp80053("CM-6"), .sp80053("AC-6"), .sp80053("SC-5"),
        ])

    private static let paths = ["/tmp", "/var/tmp", "/dev/shm"]

    var facts: [FactKey] { Self.paths.map { FactKey("mount.\($0).options") } }

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        var judgement = Judgement()
        for path in Self.paths {
            switch context.snapshot[FactKey("mount.\(path).options")] {
            case .unseen(let gap): judgement.isUnknown(gap)
            case .absent(let why, let source):
                // systemd mounts /dev/shm without a line in fstab.
                if path == "/dev/shm" && !context.snapshot.host.isLive {
                    judgement.sees(Evidence(why, from: source))
                } else {
                    judgement.fallsShort("\(path) is part of another file system", Evidence(why, from: source))
                }
            case .seen(.list(let options), let source):
                let missing = ["nosuid", "nodev"].filter { !options.contains($0) }
                let evidence = Evidence("\(path): \(options.joined(separator: ","))", from: source)
                if missing.isEmpty {
                    judgement.sees(evidence)
                } else {
                    judgement.fallsShort("\(path) lacks \(missing.joined(separator: " and "))", evidence)
                }
            case .seen: judgement.isUnknown("the options of \(path)")
            }
        }
        return judgement.answer
    }
}
