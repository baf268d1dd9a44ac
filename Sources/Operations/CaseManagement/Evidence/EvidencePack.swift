package import Cryptography
internal import JSON
package import Triage

/// Everything there is about a case in one JSON document that can be checked later: schema 1.0. Its parts are hashed one by one in a manifest
/// (SHA-256 over the part's text as it stands in the document, which is compact JSON with keys in alphabetical order), and the manifest's
/// text is signed (Ed25519). Whoever changes, adds or takes away a part breaks its hash; whoever changes the hash breaks the signature.
package enum EvidencePack {
    package static let schema = "1.0"
    /// Plans, approvals and actions come from incident response; where there are none, their parts are empty lists and say so by being there.
    static let parts = [
        "actions", "approvals", "case", "entities", "evidence_refs", "feedback", "findings", "mitre", "plans",
        "status_history", "timeline",
        "verdict",
    ]

    /// The most bytes of the alerts' documents that a pack has, and of what triage made of them.
    private static let documentLimit = 64 << 20

    /// An alert's part of that. It is equal for all, so that nobody who fills a case takes another's place; what is larger is left out, and
    /// its size and hash say which it was.
    static func share(among count: Int) -> Int { documentLimit / max(1, count) }

    package static func make(
        of file: CaseFile, payloads: [EvidencePayload], feedback: [LabelledAlert], key: Ed25519.PrivateKey,
        now: EventTime
    ) throws(EvidenceError) -> String {
        var texts: [String: String] = [:]
        func part(_ name: String, _ write: (inout JSONWriter) -> Void) throws(EvidenceError) {
            var writer = JSONWriter(pretty: false)
            write(&writer)
            do throws(JSONError) {
                // Written once more from the tree, so that its keys are in the order that whoever checks writes them in.
                texts[name] = try UntrustedJSON.parse(writer.bytes, limits: .whole).value.compactText
            } catch { throw .unwritten(part: name, why: error.description) }
        }
        try part("case") { writer in
            writer.object {
                $0.members(of: file.record)
                // Of a flood the first few thousand stand for the rest, and the pack says so.
                $0.member("alerts_in_pack", file.alerts.count)
            }
        }
        try part("entities") { writer in writer.array { for entity in file.entities { $0.value(entity) } } }
        try part("timeline") { writer in writer.array { for entry in Timeline(file).entries { $0.value(entry) } } }
        try part("mitre") { writer in writer.array { for technique in file.record.techniques { $0.value(technique) } } }
        try part("evidence_refs") { writer in writer.array { for payload in payloads { $0.value(payload) } } }
        try part("findings") { writer in
            writer.array { for alert in file.alerts { $0.value(alert, sharedAmong: file.alerts.count) } }
        }
        try part("status_history") { writer in writer.array { for event in file.history { $0.value(event) } } }
        try part("feedback") { writer in writer.array { for labelled in feedback { $0.value(labelled) } } }
        try part("verdict") { writer in
            writer.object {
                $0.member("verdict", file.record.verdict.name)
                $0.member("confidence", rounded: file.record.confidence)
                $0.member("severity", file.record.severity.name)
                $0.member("state", file.record.state.rawValue)
            }
        }
        for name in ["plans", "approvals", "actions"] { try part(name) { $0.array { _ in } } }
        return try sealed(texts, file.record.id, key, now)
    }

    private static func sealed(
        _ texts: [String: String], _ caseID: Int, _ key: Ed25519.PrivateKey, _ now: EventTime
    ) throws(EvidenceError) -> String {
        let hashes = texts.mapValues { JSONValue.text(SHA256.hash(Array($0.utf8)).hexadecimal) }
        let manifest = JSONValue.object([
            "schema_version": .text(schema), "case_id": .number(Double(caseID)), "made_at": .text(now.description),
            "algorithm": .text("sha256"), "parts": .object(hashes),
        ]).compactText
        let signature: [UInt8]
        do throws(CryptographyError) { signature = try key.sign(Array(manifest.utf8)) } catch { throw .unsigned(error) }
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member("schema_version", schema)
            for name in parts {
                writer.key(name)
                writer.value(json: Array((texts[name] ?? "null").utf8))
            }
            writer.key("manifest")
            writer.value(json: Array(manifest.utf8))
            writer.member(
                "signature",
                object: {
                    $0.member("algorithm", "ed25519")
                    $0.member("public_key", key.publicKey.rawBytes.hexadecimal)
                    $0.member("value", signature.hexadecimal)
                })
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    /// What is wrong with a pack; empty when it is what was signed.
    /// - Parameter publicKey: the key it has to be signed with; nil takes the one in the pack, which shows only that it was not changed since.
    package static func problems(in bytes: [UInt8], publicKey: Ed25519.PublicKey?) -> [String] {
        let (document, cuts): (JSONValue, JSONCuts)
        do throws(JSONError) {
            let parsed = try UntrustedJSON.parse(bytes, limits: .whole)
            (document, cuts) = (parsed.value, parsed.cuts)
        } catch { return ["it is not a JSON document: \(error.description)"] }
        // Of a key that is there twice other readers take the other value: the one that was not signed.
        guard cuts.isEmpty else { return ["it is not as it was written: \(cuts.description)"] }
        guard let members = document.members, let manifest = document["manifest"], let signature = document["signature"]
        else {
            return ["it has no manifest and no signature"]
        }
        var problems: [String] = []
        if document["schema_version"]?.text != schema { problems.append("its schema is not \(schema)") }
        problems += signatureProblems(signature, of: manifest, publicKey)
        let hashes = manifest["parts"]?.members ?? [:]
        for name in Set(hashes.keys).union(parts).sorted() {
            guard let part = members[name] else {
                problems.append("\(name) is missing")
                continue
            }
            let hash = SHA256.hash(Array(part.compactText.utf8)).hexadecimal
            if hashes[name]?.text != hash { problems.append("\(name) is not what was signed") }
        }
        let extra = Set(members.keys).subtracting(hashes.keys).subtracting(["schema_version", "manifest", "signature"])
        problems += extra.sorted().map { "\($0) was not signed" }
        return problems
    }

    /// The key that a pack says it was signed with; nil where it says none.
    package static func signer(in bytes: [UInt8]) -> Ed25519.PublicKey? {
        let document = try? UntrustedJSON.parse(bytes, limits: .whole).value
        return (document?["signature"]?["public_key"]?.text).flatMap { try? Ed25519.PublicKey(text: $0) }
    }

    private static func signatureProblems(
        _ signature: JSONValue, of manifest: JSONValue, _ publicKey: Ed25519.PublicKey?
    ) -> [String] {
        guard signature["algorithm"]?.text == "ed25519",
            let value = signature["value"]?.text.flatMap({ [UInt8](hexadecimal: Array($0.utf8)) }),
            let named = signature["public_key"]?.text, let inside = try? Ed25519.PublicKey(text: named)
        else { return ["its signature cannot be read"] }
        let extra = Set((signature.members ?? [:]).keys).subtracting(["algorithm", "public_key", "value"])
        guard extra.isEmpty else { return extra.sorted().map { "signature.\($0) was not signed" } }
        if let publicKey, publicKey != inside {
            return ["it is signed with another key than the one it is held against"]
        }
        return inside.verifies(value, of: Array(manifest.compactText.utf8))
            ? [] : ["its signature does not fit its manifest"]
    }
}
