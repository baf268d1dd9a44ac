internal import APIAccess
internal import Notifications
internal import Storage

/// `POST /api/notifications/{notification}/drop`: gives a dead letter up.
package enum NotificationsDrop: CoreRoute {
    package static let declaration = RouteDeclaration(
        "notifications-drop", .post, "/api/notifications/{notification}/drop", in: .notifications,
        "Give a dead letter up: it stays in the record and is sent no more.", scope: .notificationsWrite,
        parameters: [.path("notification", .identifier, "The dead letter's number.")],
        outcomes: [RouteDeclaration.Outcome(200, "How many", .json(.named("NotificationChange")))],
        problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let id = try request.number("notification")
        return try core.changeDeadLetters(id, "dropped") { (outbox, id) throws(StorageError) in try outbox.drop(id) }
    }
}
