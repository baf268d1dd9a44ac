internal import Cryptography
internal import HTTPClient
internal import JSON
internal import LinuxSystem
internal import Policies
internal import Triage

/// Documents of the Elastic Common Schema for Elasticsearch or OpenSearch, by `_bulk`. Each is made under its message's key with `create`:
/// a second delivery is refused there as a conflict, so a message is in the index once.
struct ElasticsearchChannel: NotificationChannel {
    let settings: ElasticsearchChannelSettings

    let batchLimit = 100

    func send(_ batch: [AlertMessage]) throws(DeliveryError) -> [DeliveryError?] {
        let base = settings.url.hasSuffix("/") ? String(settings.url.dropLast()) : settings.url
        var request = OutgoingRequest("POST", "\(base)/_bulk", body: batch.flatMap { lines($0) })
        request.authorities = settings.authorities
        request.timeout = settings.timeout
        request.headers = [.init("Content-Type", "application/x-ndjson"), .init("Accept", "application/json")]
        if let file = settings.apiKeyFile {
            request.headers.append(.init("Authorization", "ApiKey \(try secretText(file))"))
        } else if let user = settings.user, let file = settings.passwordFile {
            let pair = try secret(file).withBytes { Array("\(user):".utf8) + Array($0) }
            request.headers.append(.init("Authorization", "Basic \(pair.base64)"))
        }
        let answer = try answer(to: request)
        try accepted(answer, request)
        return try Self.outcomes(answer.body, count: batch.count)
    }

    /// An action and a document, a line each.
    func lines(_ message: AlertMessage) -> [UInt8] {
        var writer = JSONWriter(pretty: false)
        writer.object { writer in
            writer.member(
                "create",
                object: {
                    $0.member("_index", settings.index)
                    $0.member("_id", message.key)
                })
        }
        let action = writer.drain()
        var document = JSONWriter(pretty: false)
        document.object { writer in
            writer.member("@timestamp", "\(message.at)")
            writer.member("message", message.headline)
            writer.member("ecs", object: { $0.member("version", "8.11.0") })
            writer.member(
                "event",
                object: {
                    $0.member("kind", "alert")
                    $0.member("id", message.key)
                    $0.member("module", "bailey")
                    $0.member("action", message.event)
                    $0.member("severity", message.severity.rawValue)
                    $0.member("reason", message.reasons.joined(separator: " "))
                })
            if !message.host.isEmpty { writer.member("host", object: { $0.member("name", message.host) }) }
            if !message.rule.isEmpty { writer.member("rule", object: { $0.member("id", message.rule) }) }
            if !message.techniques.isEmpty {
                writer.member(
                    "threat",
                    object: { writer in
                        writer.member("framework", "MITRE ATT&CK")
                        writer.member("technique", object: { $0.member("id", message.techniques) })
                    })
            }
            writer.member(
                "bailey",
                object: { writer in
                    writer.member("case_id", message.caseID)
                    writer.member("title", message.title)
                    writer.member("severity", message.severity.name)
                    writer.member("verdict", message.verdict)
                    writer.key("confidence")
                    writer.value((message.confidence * 1000).rounded() / 1000)
                    writer.member("source", message.source)
                    writer.member("controls", message.controls)
                })
        }
        return action + [0x0a] + document.drain() + [0x0a]
    }

    /// What the answer says of each document. 409 is one that is there already; 429 and 5xx may pass.
    static func outcomes(_ body: [UInt8], count: Int) throws(DeliveryError) -> [DeliveryError?] {
        let items: [JSONValue]?
        do throws(JSONError) { items = try UntrustedJSON.parse(body).value["items"]?.elements } catch { items = nil }
        guard let items, items.count == count else {
            throw .transient("what answered is no bulk API: its answer does not speak of \(count) documents")
        }
        return items.map { item in
            let status = item["create"]?["status"]?.number ?? 0
            switch status {
            case 200..<300, 409: return nil
            case 0, 429, 500...: return .transient("the index answered \(Int(status)) for the document")
            default: return .permanent("the index refused the document with \(Int(status))")
            }
        }
    }
}
