import ControlFrameworks
import Findings
import HostModel

/// Every program that gives away rights came with a package.
struct UnownedPrivilegedPrograms: Check {
    let description = CheckDescription(
        id: "unowned-privileged-programs", title: "Programs that give rights away came with packages", category: .files,
        risk: .high,
        rationale:
            "A set-user-id program that no package brought was put there by a person, is never updated, and is how intruders keep a way back.",
        remediation:
            "Find out what it is; remove it or its rights (`chmod u-s FILE`, `setcap -r FILE`), or install it from a package.",
        controls: [
            .iso("A.8.18"), .iso("A.8.19"), .csf("PR.AA-05"), .csf("PR.PS-05"), .sp80053("AC-6"), .sp80053("CM-7"),
            .sp80053("SI-7"),
        ])

    /// Capabilities that come to root (capabilities(7)).
    private static let strong: Set<String> = [
        "cap_chown", "cap_dac_override", "cap_dac_read_search", "cap_fowner", "cap_setuid", "cap_setgid", "cap_setfcap",
        "cap_sys_admin", "cap_sys_module", "cap_sys_ptrace", "cap_sys_rawio", "cap_bpf", "cap_mac_admin",
    ]

    func evaluate(_ context: AssessmentContext) -> CheckAnswer {
        context.snapshot.privilegedFiles.assess { files, source in
            var judgement = Judgement()
            for file in files {
                let evidence = Evidence(Self.summary(file), from: file.file.path)
                switch file.isPackaged {
                case true: continue
                case nil: judgement.isUnknown("which files packages brought")
                case false where Self.isStrong(file):
                    judgement.violates("no package brought \(file.file.path)", evidence)
                default: judgement.fallsShort("no package brought \(file.file.path)", evidence)
                }
            }
            let packaged = files.count { $0.isPackaged == true }
            judgement.sees(Evidence("\(packaged) of \(files.count) such programs came with packages", from: source))
            return judgement.answer
        }
    }

    private static func isStrong(_ file: PrivilegedFile) -> Bool {
        (file.isSetUserID && file.file.owner == .root) || file.capabilities.contains(where: strong.contains)
    }

    private static func summary(_ file: PrivilegedFile) -> String {
        let rights =
            (file.isSetUserID ? ["runs as user \(file.file.owner)"] : [])
            + (file.isSetGroupID ? ["runs as group \(file.file.group)"] : []) + file.capabilities
        return "mode \(file.file.permissionText): \(rights.joined(separator: ", "))"
    }
}
