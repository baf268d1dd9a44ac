internal import APIAccess
internal import CaseManagement
internal import Storage
internal import Triage

/// `GET /api/cases/{case}`: one case with its alerts, entities, links and history.
package enum CasesShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-show", .get, "/api/cases/{case}", in: .cases, "Show a case: what is in it, why, and what was done.",
        scope: .casesRead, parameters: [.path("case", .identifier, "The case's number.")],
        outcomes: [RouteDeclaration.Outcome(200, "The case", .json(.named("CaseFile")))], problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let file = try core.caseFile(try request.number("case"))
        return .document { $0.value(file, now: core.now, settings: core.settings) }
    }
}

extension CoreAccess {
    func caseFile(_ id: Int) throws(RouteProblem) -> CaseFile {
        let found = try read { (reader) throws(StorageError) in try reader.caseFile(id) }
        guard let file = found else { throw RouteProblem(.noCase(id)) }
        return file
    }
}
