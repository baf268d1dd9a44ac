import Findings
import HostModel

extension BypassSearch {
    /// Looks for paths that root relies on and others can change.
    ///
    /// - Returns: false when the paths could not be looked at, or there are none.
    @discardableResult
    mutating func searchWritablePaths(
        _ observation: Observation<PrivilegedPathSurvey>, of roles: Set<WritablePrivilegedPath.Role>
    ) -> Bool {
        guard let (survey, source) = look(at: observation) else { return false }
        for path in survey.writable where roles.contains(path.role) {
            let file = path.file
            let name = file.path.displayed(limit: 300)
            finds(
                Bypass(
                    .open, "\(path.writableBy.displayed) can change \(name)", Resource(.file, file.path),
                    evidence: [
                        Evidence(
                            "\(path.role.rawValue): mode \(file.permissionText), owner \(file.owner), group \(file.group)",
                            from: name)
                    ]))
        }
        for gap in survey.gaps { misses(gap) }
        sees("nothing else among \(survey.examined) files", from: source)
        return true
    }
}
