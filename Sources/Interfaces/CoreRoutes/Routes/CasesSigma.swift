internal import APIAccess
internal import CaseManagement
internal import Storage

/// `GET /api/cases/{case}/sigma`: drafts of Sigma rules.
package enum CasesSigma: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-sigma", .get, "/api/cases/{case}/sigma", in: .cases,
        "Draft Sigma rules for what a confirmed case has in common.",
        details:
            "A YAML stream with a document for each category of logs. Confirmed is what is \(SigmaRule.confirmed.map(\.rawValue).joined(separator: ", ")), or is not over and has an alert that an analyst called true_positive.",
        scope: .casesRead,
        parameters: [.path("case", .identifier, "The case's number.")],
        outcomes: [RouteDeclaration.Outcome(200, "The rules", .text("text/plain"))], problems: [404, 409])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let file = try core.caseFile(try request.number("case"))
        let alerts = Set(file.alerts.map(\.id))
        let feedback = try core.read { (reader) throws(StorageError) in
            try reader.labelledAlerts().filter { alerts.contains($0.alert) }
        }
        if let objection = SigmaRule.objection(to: file.record, feedback: feedback) {
            throw RouteProblem(409, objection)
        }
        guard let rule = SigmaRule.draft(of: file, now: core.now) else {
            throw RouteProblem(409, "case \(file.record.id) has nothing specific that a rule could look for")
        }
        return RouteAnswer(mediaType: "text/plain; charset=utf-8", body: Array(rule.utf8))
    }
}
