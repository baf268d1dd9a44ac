internal import APIAccess
internal import CaseManagement
internal import Storage

/// `GET /api/kpis`: how well alerts and cases are dealt with.
package enum KeyFiguresShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "key-figures-show", .get, "/api/kpis", in: .figures, "Show key figures: mean times, rates, terms met.",
        scope: .reportsRead,
        parameters: [
            .query(
                "period", .choice(KeyFigures.Period.allCases.map(\.rawValue)), "Over the last so long; without it 24h.")
        ], outcomes: [RouteDeclaration.Outcome(200, "The figures", .json(.named("KeyFigures")))])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        let period = request.text("period").flatMap(KeyFigures.Period.init(rawValue:)) ?? .day
        let figures = try core.read { (reader) throws(StorageError) in
            try reader.keyFigures(period, now: core.now)
        }
        return .document { $0.value(figures) }
    }
}
