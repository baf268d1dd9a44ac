internal import APIAccess
internal import JSON
internal import Triage

/// `GET /api/playbooks`: what alerts are held against.
package enum PlaybooksList: CoreRoute {
    package static let declaration = RouteDeclaration(
        "playbooks-list", .get, "/api/playbooks", in: .alerts,
        "List the playbooks: their rules, with the numbers in force and where each comes from.",
        scope: .alertsRead, outcomes: [RouteDeclaration.Outcome(200, "The playbooks", .json(.named("PlaybookList")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let playbooks = try core.playbooks()
        return .document { writer in
            writer.object { writer in
                writer.member("schema", 1)
                writer.member(
                    "playbooks",
                    array: { for entry in playbooks.entries { $0.value(entry, isWhole: false) } })
            }
        }
    }
}
