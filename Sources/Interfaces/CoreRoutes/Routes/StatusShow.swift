internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Storage
internal import Triage

/// `GET /api/status`: what the core holds.
package enum StatusShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "status-show", .get, "/api/status", in: .figures,
        "Show what the core holds: alerts, cases, by state and severity; and the ATT&CK it judges by.",
        scope: .metricsRead,
        parameters: [.query("check", .flag, "With true all of the database is read, to see whether it is sound.")],
        outcomes: [RouteDeclaration.Outcome(200, "The totals", .json(.named("Status")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let isChecked = request.flag("check") == true
        let (tallies, problems, path) = try core.read { (reader) throws(StorageError) in
            (try reader.tallies(), isChecked ? try reader.integrityProblems() : [], reader.path)
        }
        let catalogue = try core.catalogue()
        return .document { writer in
            writer.object { writer in
                writer.member("schema", 1)
                writer.member("database", path)
                writer.key("attack")
                if let catalogue {
                    writer.object {
                        $0.member("version", catalogue.version)
                        // Null for the one that ships.
                        $0.member("path", catalogue.path)
                    }
                } else {
                    writer.null()
                }
                writer.member("checked", isChecked)
                writer.member("problems", problems)
                writer.member(
                    "totals",
                    object: { for (name, count) in tallies.sorted(by: { $0.key < $1.key }) { $0.member(name, count) } })
            }
        }
    }
}
