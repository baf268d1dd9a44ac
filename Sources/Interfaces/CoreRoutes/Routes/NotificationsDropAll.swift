internal import APIAccess
internal import Notifications
internal import Storage

/// `POST /api/notifications/drop`: gives all dead letters up.
package enum NotificationsDropAll: CoreRoute {
    package static let declaration = RouteDeclaration(
        "notifications-drop-all", .post, "/api/notifications/drop", in: .notifications,
        "Give all dead letters up: they stay in the record and are sent no more.", scope: .notificationsWrite,
        outcomes: [RouteDeclaration.Outcome(200, "How many", .json(.named("NotificationChange")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        try core.changeDeadLetters(nil, "dropped") { (outbox, id) throws(StorageError) in try outbox.drop(id) }
    }
}
