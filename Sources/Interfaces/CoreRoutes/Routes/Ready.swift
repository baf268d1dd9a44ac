internal import CaseManagement
internal import JSON
internal import Storage

/// `GET /ready`: whether alerts would be taken in now.
package enum Ready: CoreRoute {
    package static let declaration = RouteDeclaration(
        "ready", .get, "/ready", in: .service,
        "Whether the core can read and write its database now, and has room for what comes in.", scope: nil,
        outcomes: [RouteDeclaration.Outcome(200, "It can", .json(.named("Health")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        do throws(RouteProblem) {
            try core.checkRoom()
            _ = try core.read { (reader) throws(StorageError) in try reader.tallies().count }
            let core = try core.core()
            // A change of nothing goes the whole way of one but the disk's.
            do throws(StorageError) { try core.queue.write { _ in } } catch { throw RouteProblem(error) }
        } catch {
            // Anybody may ask: where the database is and what is wrong with it is not for them.
            throw RouteProblem(503, "the database cannot be used; the log of bailey-core says why")
        }
        return .document { writer in writer.object { $0.member("status", "ready") } }
    }
}
