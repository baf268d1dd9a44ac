internal import APIAccess
internal import JSON
internal import Notifications

/// `GET /api/notifications/check`: whether people could be told.
package enum NotificationsCheck: CoreRoute {
    package static let declaration = RouteDeclaration(
        "notifications-check", .get, "/api/notifications/check", in: .notifications,
        "Check the alerts policy that the core goes by: what it says, its secrets, its programs. Nothing is sent.",
        scope: .notificationsRead,
        outcomes: [RouteDeclaration.Outcome(200, "What was found", .json(.named("NotificationCheck")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let check = try core.notificationCheck()
        return .document { $0.value(check) }
    }
}
