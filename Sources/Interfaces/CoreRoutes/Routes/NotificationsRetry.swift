internal import APIAccess
internal import Notifications
internal import Storage

/// `POST /api/notifications/{notification}/retry`: tries a dead letter again.
package enum NotificationsRetry: CoreRoute {
    package static let declaration = RouteDeclaration(
        "notifications-retry", .post, "/api/notifications/{notification}/retry", in: .notifications,
        "Put a dead letter back into the queue, with all its attempts before it.", scope: .notificationsWrite,
        parameters: [.path("notification", .identifier, "The dead letter's number.")],
        outcomes: [RouteDeclaration.Outcome(200, "How many", .json(.named("NotificationChange")))],
        problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let id = try request.number("notification")
        return try core.changeDeadLetters(id, "queued") { (outbox, id) throws(StorageError) in try outbox.retry(id) }
    }
}
