internal import APIAccess
internal import CaseManagement
internal import Storage

/// `GET /api/cases/{case}/evidence`: a case as a document that can be checked later.
package enum CasesEvidence: CoreRoute {
    package static let declaration = RouteDeclaration(
        "cases-evidence", .get, "/api/cases/{case}/evidence", in: .cases,
        "Fetch a case's evidence pack: all parts, hashed and signed.",
        details:
            "bailey evidence verify FILE says whether it is what was signed. Of the documents that alerts came in as it has 64 MiB at most, an equal share each; a larger one is there by size and hash, and at /api/alerts/{alert}/payload.",
        scope: .evidenceRead,
        parameters: [.path("case", .identifier, "The case's number.")],
        outcomes: [RouteDeclaration.Outcome(200, "The pack, schema 1.0", .json(.named("EvidencePack")))],
        problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let file = try core.caseFile(try request.number("case"))
        let ids = Set(file.alerts.map(\.id))
        let (payloads, feedback) = try core.read { (reader) throws(StorageError) in
            var payloads: [EvidencePayload] = []
            for id in ids.sorted() {
                guard let text = try reader.payload(of: id) else { continue }
                payloads.append(EvidencePayload(of: id, text, among: ids.count))
            }
            return (payloads, try reader.labelledAlerts().filter { ids.contains($0.alert) })
        }
        let key = try core.evidenceKey()
        do throws(EvidenceError) {
            let pack = try EvidencePack.make(of: file, payloads: payloads, feedback: feedback, key: key, now: core.now)
            return RouteAnswer(mediaType: "application/json", body: Array(pack.utf8))
        } catch { throw RouteProblem(503, "\(error)") }
    }
}
