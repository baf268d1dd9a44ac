import ControlFrameworks
import Findings
import HostModel

/// Every program that gives away rights came with a package.
struct UnownedPrivilegedPrograms: BypassCheck {
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

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        guard let (survey, source) = search.look(at: context.snapshot.privilegedFiles) else { return search }
        for file in survey.files where file.isPackaged != true { judge(file, &search) }
        for gap in survey.gaps { search.misses(gap) }
        let packaged = survey.files.count { $0.isPackaged == true }
        search.sees("\(packaged) of \(survey.files.count) such programs came with packages", from: source)
        if !survey.inertMounts.isEmpty {
            search.sees("no such rights count on \(survey.inertMounts.count) file systems", from: "nosuid, noexec")
        }
        if survey.closedDirectories > 0 {
            search.sees("\(survey.closedDirectories) directories that root alone may enter", from: source)
        }
        return search
    }

    private func judge(_ file: PrivilegedFile, _ search: inout BypassSearch) {
        let path = file.file.path.displayed(limit: 300)
        let isStrong =
            (file.isSetUserID && file.file.owner == .root) || (file.isSetGroupID && file.file.group == 0)
            || file.capabilities.contains(where: CapabilityName.rootEquivalent.contains)
        let (grade, what): (Bypass.Grade, String) =
            if file.isPackaged == nil {
                (.undecided, "whether a package brought \(path)")
            } else {
                (isStrong ? .open : .narrow, "no package brought \(path)")
            }
        search.finds(
            Bypass(
                grade, what, Resource(.file, file.file.path), evidence: [Evidence(Self.summary(file), from: path)]))
    }

    private static func summary(_ file: PrivilegedFile) -> String {
        let rights =
            (file.isSetUserID ? ["runs as user \(file.file.owner)"] : [])
            + (file.isSetGroupID ? ["runs as group \(file.file.group)"] : []) + file.capabilities
        return "mode \(file.file.permissionText), owner \(file.file.owner): \(rights.joined(separator: ", "))"
    }
}
