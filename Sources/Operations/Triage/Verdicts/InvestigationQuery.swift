/// A question to a product that holds more: ready to be copied. What alerts say goes in as quoted text of the product's language and can be
/// nothing else there.
package struct InvestigationQuery: Sendable, Hashable {
    package enum Product: String, Sendable, CaseIterable {
        case bailey, elastic, splunk, wazuh
    }

    package var product: Product
    package var purpose: String
    package var query: String

    private static let entityLimit = 3

    /// Where else the specific entities of an alert have been; without any, what else happened on its host. They follow from the entities
    /// alone, so they are made for whoever looks at an alert and kept nowhere.
    package static func queries(about entities: [Entity]) -> [InvestigationQuery] {
        let specific = entities.filter { EntityWeight(of: $0).binds }.prefix(entityLimit)
        let subjects = specific.isEmpty ? entities.filter { $0.kind == .host }.prefix(1) : specific
        return subjects.flatMap { entity in
            Product.allCases.compactMap { product in
                query(entity, product).map {
                    InvestigationQuery(
                        product: product, purpose: "Where else is \(entity.kind.rawValue) \(entity.value)?", query: $0)
                }
            }
        }
    }

    private static func query(_ entity: Entity, _ product: Product) -> String? {
        switch product {
        case .bailey: "bailey alerts list --entity \(shellQuoted(entity.value))"
        case .elastic: fields(entity.kind)?.elastic.map { "\($0) : \(quoted(entity.value))" }.joined(separator: " or ")
        case .splunk:
            fields(entity.kind).map { fields in
                "search index=* earliest=-7d (\(fields.splunk.map { "\($0)=\(quoted(entity.value))" }.joined(separator: " OR "))) | stats count by host, sourcetype"
            }
        case .wazuh: fields(entity.kind)?.wazuh.map { "\($0):\(quoted(entity.value))" }.joined(separator: " OR ")
        }
    }

    private static func fields(_ kind: Entity.Kind) -> (wazuh: [String], elastic: [String], splunk: [String])? {
        switch kind {
        case .ipv4, .ipv6:
            (
                ["data.srcip", "data.dstip", "data.src_ip", "data.dst_ip"], ["source.ip", "destination.ip"],
                ["src", "src_ip", "dest", "dest_ip"]
            )
        case .user: (["data.srcuser", "data.dstuser"], ["user.name", "user.target.name"], ["user", "src_user"])
        case .host: (["agent.name"], ["host.name"], ["host", "dest"])
        case .process:
            (
                ["data.win.eventdata.image", "data.audit.exe"], ["process.name", "process.parent.name"],
                ["process_name", "parent_process_name"]
            )
        case .hash:
            (
                ["syscheck.md5_after", "syscheck.sha1_after", "syscheck.sha256_after"],
                ["file.hash.md5", "file.hash.sha1", "file.hash.sha256"], ["file_hash"]
            )
        case .domain:
            (
                ["data.dns.question.name", "data.win.eventdata.queryName"], ["dns.question.name", "url.domain"],
                ["query", "url_domain"]
            )
        case .url: (["data.url"], ["url.full", "url.original"], ["url"])
        case .email: (["data.email"], ["user.email", "email.from.address"], ["src_user", "recipient"])
        case .path: (["syscheck.path"], ["file.path"], ["file_path"])
        case .cve: (["data.vulnerability.cve"], ["vulnerability.id"], ["cve"])
        case .port: nil
        }
    }

    /// A phrase of Lucene, KQL and SPL: all three escape the quote and the backslash by a backslash.
    private static func quoted(_ value: String) -> String {
        // Most values hold nothing of the kind, and each alert has some thirty of them.
        if !value.utf8.contains(where: { $0 == 0x22 || $0 == 0x5c || $0 == 0x0a || $0 == 0x0d }) {
            return "\"\(value)\""
        }
        return "\"\(replacing(["\\": "\\\\", "\"": "\\\"", "\n": " ", "\r": " "], in: value))\""
    }

    /// One word of a POSIX shell, whatever is in it.
    private static func shellQuoted(_ value: String) -> String {
        "'\(replacing(["'": "'\\''"], in: value))'"
    }

    /// By scalars: a quote with a combining mark behind it is another character to Swift, and the quote that ends a text to whoever reads
    /// the query.
    private static func replacing(_ replacements: [Unicode.Scalar: String], in text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            if let replacement = replacements[scalar] {
                result += replacement
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
