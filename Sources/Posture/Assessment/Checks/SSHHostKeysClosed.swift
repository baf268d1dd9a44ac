import ControlFrameworks
import Findings
import HostModel

/// The private keys by which the SSH server proves who it is belong to root and are closed to everybody else.
struct SSHHostKeysClosed: Check {
    let description = CheckDescription(
        id: "ssh-host-keys-closed", title: "Only root can read the SSH server's keys", category: .ssh, risk: .high,
        rationale:
            "Whoever has the host's private key can pose as the host to everyone who trusts it, and read what they type.",
        remediation:
            "Run `chown root:root FILE && chmod 0600 FILE`; make new keys if others could read them (`ssh-keygen -A` after removing the old ones).",
        controls: [
            .iso("A.8.24"), .iso("A.5.17"), .csf("PR.AA-04"), .csf("PR.DS-01"), .sp80053("SC-12"), .sp80053("AC-3"),
        ])

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.sshServer.assess { server, source in
            var judgement = Judgement()
            guard let (files, _) = judgement.look(at: server.hostKeys) else { return judgement.answer }
            for file in files {
                let evidence = Evidence(
                    "mode \(file.permissionText), owner \(file.owner), group \(file.group)", from: file.path)
                if file.owner != .root {
                    judgement.violates("\(file.path) belongs to user \(file.owner)", evidence)
                } else if file.permissions & 0o027 != 0 {
                    judgement.violates("\(file.path) is open to others than root", evidence)
                } else if file.permissions & 0o050 != 0, file.group != 0 {
                    // RHEL gives the keys to a group of its own, for ssh-keysign.
                    judgement.fallsShort("group \(file.group) can read \(file.path)", evidence)
                } else {
                    judgement.sees(evidence)
                }
            }
            return files.isEmpty
                ? .notApplicable([Evidence("the server has no keys yet", from: source)]) : judgement.answer
        }
    }
}
