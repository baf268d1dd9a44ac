internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Notifications
internal import Storage

/// `GET /api/notifications/{notification}`: what a message said, and why nobody got it.
package enum NotificationsShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "notifications-show", .get, "/api/notifications/{notification}", in: .notifications,
        "Show a message, what became of it, and why.", scope: .notificationsRead,
        parameters: [.path("notification", .identifier, "The message's number.")],
        outcomes: [RouteDeclaration.Outcome(200, "The message", .json(.named("NotificationWithText")))],
        problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let id = try request.number("notification")
        let found = try core.read { (reader) throws(StorageError) in try NotificationRecord.one(id, in: reader) }
        guard let record = found else { throw RouteProblem(404, "there is no message \(id)") }
        return .document { $0.value(record, withMessage: true) }
    }
}
