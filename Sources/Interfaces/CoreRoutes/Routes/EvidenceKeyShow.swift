internal import APIAccess
internal import Cryptography
internal import JSON

/// `GET /api/evidence/key`: what evidence packs of this core are held against.
package enum EvidenceKeyShow: CoreRoute {
    package static let declaration = RouteDeclaration(
        "evidence-key-show", .get, "/api/evidence/key", in: .cases,
        "Show the public key that this core's evidence is signed with.",
        details: "bailey evidence verify FILE --key KEYFILE holds a pack against it.", scope: .evidenceRead,
        outcomes: [RouteDeclaration.Outcome(200, "The key", .json(.named("EvidenceKey")))], problems: [404])

    package static func answer(
        _ request: RouteRequest, from core: any CoreAccess
    ) throws(RouteProblem) -> RouteAnswer {
        guard let key = try core.evidencePublicKey() else {
            throw RouteProblem(
                404, "no evidence was signed here yet",
                remedy: "bailey evidence export makes the key, and so does bailey-core")
        }
        return .document { writer in
            writer.object {
                $0.member("algorithm", "ed25519")
                $0.member("public_key", key.rawBytes.hexadecimal)
                $0.member("pem", key.pem)
            }
        }
    }
}
