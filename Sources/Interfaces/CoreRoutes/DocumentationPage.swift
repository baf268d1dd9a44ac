internal import APIAccess
internal import JSON
internal import Reporting

/// The API as a page for people: everything in one document, nothing fetched from anywhere, no script.
package enum DocumentationPage {
    package static let text = page.text

    private static var page: HTML {
        let sections = RouteDeclaration.Topic.allCases.map(section)
        let contents = RouteDeclaration.Topic.allCases.map(link)
        return """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Bailey core: the API</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1a1a1a;background:#fff}
            code,pre{font:14px/1.5 ui-monospace,monospace;background:#f2f2f2;padding:.1rem .3rem;border-radius:3px;overflow-wrap:anywhere}pre{padding:.6rem;white-space:pre-wrap}
            article{border-top:1px solid #ccc;padding:.6rem 0}h3{margin:.2rem 0;font-size:1.05rem}table{border-collapse:collapse;width:100%;margin:.5rem 0}
            th,td{text-align:left;padding:.25rem .6rem .25rem 0;vertical-align:top;border-bottom:1px solid #e2e2e2}caption{text-align:left;font-weight:600}th code{white-space:nowrap}
            @media (max-width:46rem){.wide thead{display:none}.wide tr{display:block;padding:.4rem 0;border-bottom:1px solid #e2e2e2}
            .wide th,.wide td{display:block;border:0;padding:0}.wide [data-label]::before{content:attr(data-label) ": "}}
            @media (prefers-color-scheme:dark){body{color:#eee;background:#161616}code,pre{background:#2a2a2a}article{border-color:#555}th,td,.wide tr{border-color:#333}a{color:#8ab4ff}}</style>
            </head><body><main><h1>Bailey core: the API</h1>
            <p>Version \(ProductVersion.text). The same for programs, as OpenAPI 3.1: <a href="/openapi.json">/openapi.json</a>.</p>
            <p>Requests carry <code>Authorization: Bearer TOKEN</code>, with a token that <code>bailey token create</code> made and that has the scope
            that stands beside the route. Errors are <code>{"error", "request_id"}</code>. Bodies have at most 1 MiB, alerts 16 MiB, and 30 seconds to arrive.
            Five wrong tokens in 15 minutes lock a client out for as long.</p>
            <pre>curl --unix-socket /run/bailey-core/api.sock -H @token-header -d '{"alert_text":"sshd: 40 failed passwords for root"}' \\
              -H 'Content-Type: application/json' http://localhost/triage</pre>
            <nav aria-label="Contents"><ul>\(contents)</ul></nav>
            \(scopes)\(sections)</main></body></html>

            """
    }

    private static func link(_ topic: RouteDeclaration.Topic) -> HTML {
        "<li><a href=\"#\(anchor(topic))\">\(topic.rawValue)</a></li>"
    }

    private static func section(_ topic: RouteDeclaration.Topic) -> HTML {
        let (name, title) = (anchor(topic), topic.rawValue)
        let articles = RouteTable.all.map { $0.declaration }.filter { $0.topic == topic }.map { route($0) }
        return "<section aria-labelledby=\"\(name)\"><h2 id=\"\(name)\">\(title)</h2>\(articles)</section>"
    }

    private static func anchor(_ topic: RouteDeclaration.Topic) -> String {
        topic.rawValue.lowercased().split(separator: " ").joined(separator: "-")
    }

    private static var scopes: HTML {
        let rows = APIScope.allCases.map { scope -> HTML in
            "<tr><th scope=\"row\"><code>\(scope.rawValue)</code></th><td>\(scope.summary)</td></tr>"
        }
        return
            "<table><caption>Scopes</caption><thead><tr><th scope=\"col\">Scope</th><th scope=\"col\">Lets a token</th></tr></thead><tbody>\(rows)</tbody></table>"
    }

    private static func route(_ declaration: RouteDeclaration) -> HTML {
        let scope: HTML =
            if let scope = declaration.scope {
                "<p>Scope: <code>\(scope.rawValue)</code></p>"
            } else {
                "<p>Without a token.</p>"
            }
        let details: HTML? = declaration.details.isEmpty ? nil : "<p>\(declaration.details)</p>"
        return """
            <article id="\(declaration.id)"><h3><code>\(declaration.method.rawValue) \(declaration.path)</code></h3><p>\(declaration.summary)</p>
            \(details)\(scope)\(parameters(declaration))\(answers(declaration))</article>
            """
    }

    private static func parameters(_ declaration: RouteDeclaration) -> HTML? {
        var rows = declaration.parameters.map { parameter -> HTML in
            row(parameter.name, parameter.place.rawValue, parameter.place == .path, parameter.schema, parameter.summary)
        }
        if case .object(let members) = declaration.body {
            rows += members.map { row($0.name, "body", $0.isRequired, $0.schema, $0.summary) }
        }
        if rows.isEmpty { return nil }
        return """
            <table class="wide"><caption>What it takes</caption><thead><tr><th scope="col">Name</th><th scope="col">In</th><th scope="col">Needed</th><th scope="col">What</th>\
            <th scope="col">Schema</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    private static func row(
        _ name: String, _ place: String, _ isRequired: Bool, _ schema: ValueSchema, _ summary: String
    ) -> HTML {
        var writer = JSONWriter(pretty: false)
        writer.value(schema)
        return """
            <tr><th scope="row"><code>\(name)</code></th><td data-label="In">\(place)</td><td data-label="Needed">\(isRequired ? "yes" : "no")</td>\
            <td>\(summary)</td><td data-label="Schema"><code>\(String(decoding: writer.bytes, as: UTF8.self))</code></td></tr>
            """
    }

    private static func answers(_ declaration: RouteDeclaration) -> HTML {
        let good = declaration.outcomes.map { outcome -> HTML in
            "<tr><th scope=\"row\">\(outcome.status)</th><td>\(outcome.summary)</td></tr>"
        }
        let bad = OpenAPIDocument.problems(of: declaration).map { status -> HTML in
            "<tr><th scope=\"row\">\(status)</th><td>\(OpenAPIDocument.problems[status] ?? "")</td></tr>"
        }
        return
            "<table><caption>What it answers</caption><thead><tr><th scope=\"col\">Status</th><th scope=\"col\">Means</th></tr></thead><tbody>\(good)\(bad)</tbody></table>"
    }
}
