internal import APIAccess
internal import JSON
internal import Triage

/// The API as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.0), made of the routes' declarations alone.
package enum OpenAPIDocument {
    /// Problems that any request may have, and what each means.
    static let problems: [Int: String] = [
        400: "The request is not what the declaration says", 401: "No token, or one that opens nothing",
        403: "The token is not good for this", 404: "There is no such thing",
        409: "It is there already, or cannot be done as things stand", 413: "The body is too large",
        415: "The body is of a kind that is not read", 429: "Too many requests, or too many wrong tokens",
        503: "The database cannot be used now; nothing was taken in",
    ]

    package static let bytes: [UInt8] = {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("openapi", "3.1.0")
            writer.member(
                "info",
                object: {
                    $0.member("title", "Bailey core")
                    $0.member("version", ProductVersion.text)
                    $0.member(
                        "description",
                        "Alerts in, triage, cases, evidence. Every request but those of the service itself carries a token: Authorization: Bearer TOKEN."
                    )
                    $0.member("license", object: { $0.member("name", "Apache-2.0") })
                })
            writer.member(
                "servers", array: { $0.object { $0.member("url", "/") } })
            writer.member(
                "tags",
                array: { writer in
                    for topic in RouteDeclaration.Topic.allCases {
                        writer.object { $0.member("name", topic.rawValue) }
                    }
                })
            writer.member("paths", object: { paths(&$0) })
            writer.member("components", object: { components(&$0) })
        }
        return writer.drain() + [0x0a]
    }()

    private static func paths(_ writer: inout JSONWriter) {
        let declarations = RouteTable.all.map { $0.declaration }
        for path in Set(declarations.map(\.path)).sorted() {
            writer.member(
                path,
                object: { writer in
                    for declaration in declarations where declaration.path == path {
                        writer.member(
                            declaration.method.rawValue.lowercased(), object: { operation(declaration, &$0) })
                    }
                })
        }
    }

    private static func operation(_ declaration: RouteDeclaration, _ writer: inout JSONWriter) {
        writer.member("operationId", declaration.id)
        writer.member("tags", [declaration.topic.rawValue])
        writer.member("summary", declaration.summary)
        if !declaration.details.isEmpty { writer.member("description", declaration.details) }
        // Bearer tokens have scopes that OpenAPI names for OAuth alone; 3.1 lets them stand here as roles.
        writer.member(
            "security",
            array: { writer in
                guard let scope = declaration.scope else { return }
                writer.object { $0.member("token", [scope.rawValue]) }
            })
        if !declaration.parameters.isEmpty {
            writer.member(
                "parameters",
                array: { writer in
                    for parameter in declaration.parameters {
                        writer.object {
                            $0.member("name", parameter.name)
                            $0.member("in", parameter.place.rawValue)
                            $0.member("required", parameter.place == .path)
                            $0.member("description", parameter.summary)
                            $0.key("schema")
                            $0.value(parameter.schema)
                        }
                    }
                })
        }
        body(declaration, &writer)
        writer.member("responses", object: { responses(declaration, &$0) })
    }

    private static func body(_ declaration: RouteDeclaration, _ writer: inout JSONWriter) {
        if case .none = declaration.body { return }
        writer.member(
            "requestBody",
            object: { writer in
                writer.member("required", true)
                writer.member(
                    "content",
                    object: { writer in
                        for mediaType in declaration.mediaTypes {
                            writer.member(mediaType, object: { content(declaration.body, mediaType, &$0) })
                        }
                    })
            })
    }

    private static func content(_ body: RouteDeclaration.Body, _ mediaType: String, _ writer: inout JSONWriter) {
        writer.key("schema")
        switch body {
        case .none: writer.value(ValueSchema.anything)
        case .object(let members): writer.value(ValueSchema.object(members))
        case .alerts where mediaType == "application/x-ndjson":
            writer.object {
                $0.member("type", "string")
                $0.member("description", "A JSON object a line.")
            }
        case .alerts:
            writer.object { writer in
                writer.member(
                    "oneOf",
                    array: {
                        $0.value(ValueSchema.named("AnyAlert"))
                        $0.value(ValueSchema.array(of: .named("AnyAlert"), counts: 0...SubmittedAlerts.countLimit))
                    })
            }
        }
    }

    private static func responses(_ declaration: RouteDeclaration, _ writer: inout JSONWriter) {
        for status in Set(declaration.outcomes.map(\.status)).sorted() {
            let outcomes = declaration.outcomes.filter { $0.status == status }
            writer.member(
                "\(status)",
                object: { writer in
                    writer.member("description", outcomes.map(\.summary).joined(separator: "; or "))
                    headers(&writer)
                    let contents = outcomes.map(\.content)
                    if contents.allSatisfy({ if case .nothing = $0 { true } else { false } }) { return }
                    writer.member("content", object: { for content in contents { media(content, &$0) } })
                })
        }
        for status in problems(of: declaration) {
            writer.member("\(status)", object: { $0.member("$ref", "#/components/responses/\(status)") })
        }
    }

    static func problems(of declaration: RouteDeclaration) -> [Int] {
        var statuses = Set(declaration.problems).union([400, 429, 503])
        if declaration.scope != nil { statuses.formUnion([401, 403]) }
        if !declaration.mediaTypes.isEmpty { statuses.formUnion([413, 415]) }
        return statuses.sorted()
    }

    private static func media(_ content: RouteDeclaration.Content, _ writer: inout JSONWriter) {
        switch content {
        case .nothing: break
        case .json(let schema):
            writer.member(
                "application/json",
                object: {
                    $0.key("schema")
                    $0.value(schema)
                })
        case .text(let mediaType):
            writer.member(mediaType, object: { $0.member("schema", object: { $0.member("type", "string") }) })
        }
    }

    private static func headers(_ writer: inout JSONWriter) {
        writer.member(
            "headers",
            object: {
                $0.member("X-Request-Id", object: { $0.member("$ref", "#/components/headers/RequestID") })
            })
    }

    private static func components(_ writer: inout JSONWriter) {
        writer.member(
            "securitySchemes",
            object: {
                $0.member(
                    "token",
                    object: {
                        $0.member("type", "http")
                        $0.member("scheme", "bearer")
                        $0.member(
                            "description",
                            "Made by bailey token create, with scopes; one that is revoked opens nothing.")
                    })
            })
        writer.member(
            "headers",
            object: {
                $0.member(
                    "RequestID",
                    object: {
                        $0.member("description", "What the log of the core has this request by.")
                        $0.member("required", true)
                        $0.member("schema", object: { $0.member("type", "string") })
                    })
            })
        writer.member(
            "responses",
            object: { writer in
                for (status, summary) in problems.sorted(by: { $0.key < $1.key }) {
                    writer.member(
                        "\(status)",
                        object: { writer in
                            writer.member("description", summary)
                            headers(&writer)
                            writer.member("content", object: { media(.json(.named("Error")), &$0) })
                        })
                }
            })
        writer.member(
            "schemas",
            object: { writer in
                writer.member("AnyAlert", object: { anyAlert(&$0) })
                for (name, schema) in DocumentSchemas.all.sorted(by: { $0.key < $1.key }) {
                    writer.key(name)
                    writer.value(schema)
                }
            })
    }

    /// What is certainly taken in. Findings of Bailey, OCSF, Elastic Common Schema and Splunk are what their own schemas say.
    private static func anyAlert(_ writer: inout JSONWriter) {
        writer.member("type", "object")
        writer.member(
            "description",
            "An alert of Wazuh (rule.level 0 to 16), Bailey, OCSF, Elastic Common Schema or Splunk, or anything that says in one of these what happened."
        )
        writer.member(
            "anyOf",
            array: { writer in
                // Without a longest: what is too long is cut, not refused.
                for name in ["title", "message", "description", "alert_text", "summary", "name"] {
                    writer.object { said(in: name, &$0) }
                }
                writer.object { wazuh(&$0) }
            })
    }

    private static func wazuh(_ writer: inout JSONWriter) {
        writer.member("type", "object")
        writer.member("required", ["rule"])
        writer.member(
            "properties",
            object: { writer in
                writer.member(
                    "rule",
                    object: { writer in
                        writer.member("type", "object")
                        writer.member("required", ["level"])
                        writer.member(
                            "properties",
                            object: { writer in
                                writer.member(
                                    "level",
                                    object: {
                                        $0.member("type", "number")
                                        $0.member("minimum", 0)
                                        $0.member("maximum", 16)
                                    })
                            })
                    })
            })
    }

    /// A number says something too.
    private static func said(in name: String, _ writer: inout JSONWriter) {
        writer.member("type", "object")
        writer.member("required", [name])
        writer.member(
            "properties",
            object: { writer in
                writer.member(
                    name,
                    object: {
                        $0.member("type", ["string", "number"])
                        $0.member("minLength", 1)
                        $0.member("pattern", TextRule.notBlank.pattern)
                    })
            })
    }
}
