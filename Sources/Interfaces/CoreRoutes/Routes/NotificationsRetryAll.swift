internal import APIAccess
internal import Notifications
internal import Storage

/// `POST /api/notifications/retry`: tries all dead letters again.
package enum NotificationsRetryAll: CoreRoute {
    package static let declaration = RouteDeclaration(
        "notifications-retry-all", .post, "/api/notifications/retry", in: .notifications,
        "Put all dead letters back into the queue, with all their attempts before them.", scope: .notificationsWrite,
        outcomes: [RouteDeclaration.Outcome(200, "How many", .json(.named("NotificationChange")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        try core.changeDeadLetters(nil, "queued") { (outbox, id) throws(StorageError) in try outbox.retry(id) }
    }
}
