internal import APIAccess
internal import CaseManagement
internal import JSON
internal import Notifications
internal import Storage

/// `GET /api/notifications`: who was told what, what waits to be told, and what nobody got.
package enum NotificationsList: CoreRoute {
    package static let declaration = RouteDeclaration(
        "notifications-list", .get, "/api/notifications", in: .notifications,
        "List messages to people and programs, newest first.",
        details: "A message whose state is dead is a dead letter: it could not be delivered and is not tried any more.",
        scope: .notificationsRead,
        parameters: [
            .query(
                "state", .choice(NotificationRecord.State.allCases.map(\.rawValue)), "Only messages that stand there."),
            .query("channel", .name(), "Only messages of this channel."),
            .query("limit", .integer(1...1000), "So many; without it 50."),
        ], outcomes: [RouteDeclaration.Outcome(200, "The messages", .json(.named("NotificationList")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let state = request.text("state").flatMap(NotificationRecord.State.init(rawValue:))
        let records = try core.read { (reader) throws(StorageError) in
            try NotificationRecord.all(
                in: reader, state: state, channel: request.text("channel"), limit: request.optionalNumber("limit") ?? 50
            )
        }
        return .document { writer in
            writer.object { writer in
                writer.member("schema", 1)
                writer.member(
                    "notifications",
                    array: { writer in for record in records { writer.value(record, withMessage: false) } })
            }
        }
    }
}
