internal import APIAccess
internal import JSON
internal import Triage

/// `GET /api/playbooks/{playbook}`: one playbook, whole.
package enum PlaybooksShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "playbooks-show", .get, "/api/playbooks/{playbook}", in: .alerts,
        "Show a playbook: its signals, its rules with the numbers in force, and what to do.",
        scope: .alertsRead, parameters: [.path("playbook", .name(), "The playbook's id.")],
        outcomes: [RouteDeclaration.Outcome(200, "The playbook", .json(.named("Playbook")))], problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let playbooks = try core.playbooks()
        let id = request.text("playbook") ?? ""
        guard let entry = playbooks.entries.first(where: { $0.playbook.id == id }) else {
            let known = playbooks.entries.map(\.playbook.id).joined(separator: ", ")
            throw RouteProblem(404, "there is no playbook of that id; known are: \(known)")
        }
        return .document { $0.value(entry, isWhole: true) }
    }
}
