package import APIAccess
package import JSON

/// One thing that the core can be asked: a file of its own in `Routes/`, and a place in `CoreRoutes.all`. The server calls it for who asks
/// over HTTP, the command line for who has the store at hand; both get the same bytes.
package protocol CoreRoute: Sendable {
    static var declaration: RouteDeclaration { get }

    static func answer(_ request: RouteRequest, from core: any CoreAccess) throws(RouteProblem) -> RouteAnswer
}

/// What there is to know of a route without calling it.
package struct RouteDeclaration: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    /// The group it stands in on the page.
    package enum Topic: String, Sendable, CaseIterable {
        case alerts = "Alerts"
        case cases = "Cases"
        case feedback = "Feedback"
        case figures = "Figures and reports"
        case notifications = "Notifications"
        case service = "The service"
    }

    package struct Parameter: Sendable {
        package enum Place: String, Sendable {
            case path, query
        }

        package var name: String
        package var place: Place
        package var schema: ValueSchema
        package var summary: String

        package static func path(_ name: String, _ schema: ValueSchema, _ summary: String) -> Parameter {
            Parameter(name: name, place: .path, schema: schema, summary: summary)
        }

        package static func query(_ name: String, _ schema: ValueSchema, _ summary: String) -> Parameter {
            Parameter(name: name, place: .query, schema: schema, summary: summary)
        }
    }

    /// What a request brings along.
    package enum Body: Sendable {
        case none
        /// A JSON object.
        case object([ValueSchema.Member])
        /// Alerts in any of the shapes that are read: an object, an array, or NDJSON.
        case alerts
    }

    /// What an answer is.
    package enum Content: Sendable {
        case nothing
        case json(ValueSchema)
        /// Text, or bytes, of a media type.
        case text(String)
    }

    package struct Outcome: Sendable {
        package var status: Int
        package var summary: String
        package var content: Content

        package init(_ status: Int, _ summary: String, _ content: Content = .nothing) {
            self.status = status
            self.summary = summary
            self.content = content
        }
    }

    /// The name of its file, in the field's way: `cases-merge`.
    package var id: String
    package var method: Method
    /// `/api/cases/{case}/merge`.
    package var path: String
    package var topic: Topic
    package var summary: String
    package var details: String
    /// Nil where anybody may ask.
    package var scope: APIScope?
    /// Whether it is said by a person and nobody else: a program's token is refused, whatever its scopes.
    package var isForPeople: Bool
    /// Whether its body is what anybody may have sent, as alerts are: what is too long is cut, and of a key that is there twice the last
    /// counts. Elsewhere both are refused.
    package var isSanitised: Bool
    package var parameters: [Parameter]
    package var body: Body
    package var outcomes: [Outcome]
    /// What else may be wrong with a request that is well-formed: 404, 409.
    package var problems: [Int]

    package init(
        _ id: String, _ method: Method, _ path: String, in topic: Topic, _ summary: String, details: String = "",
        scope: APIScope?, isForPeople: Bool = false, isSanitised: Bool = false, parameters: [Parameter] = [],
        body: Body = .none, outcomes: [Outcome], problems: [Int] = []
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.topic = topic
        self.summary = summary
        self.details = details
        self.scope = scope
        self.isForPeople = isForPeople
        self.isSanitised = isSanitised
        self.parameters = parameters
        self.body = body
        self.outcomes = outcomes
        self.problems = problems
    }

    /// The most bytes a request may bring.
    package var bodyLimit: Int {
        switch body {
        case .none: 0
        case .object: 1 << 20
        case .alerts: 16 << 20
        }
    }

    /// Media types of the body, the first the usual one.
    package var mediaTypes: [String] {
        switch body {
        case .none: []
        case .object: ["application/json"]
        case .alerts: ["application/json", "application/x-ndjson"]
        }
    }

    var segments: [Substring] { path.split(separator: "/", omittingEmptySubsequences: true) }
}

/// What a route answers.
package struct RouteAnswer: Sendable {
    package var status: Int
    package var mediaType: String
    package var body: [UInt8]

    package init(status: Int = 200, mediaType: String, body: [UInt8]) {
        self.status = status
        self.mediaType = mediaType
        self.body = body
    }

    /// A document, laid out for people too.
    package static func document(status: Int = 200, _ write: (inout JSONWriter) -> Void) -> RouteAnswer {
        var writer = JSONWriter()
        write(&writer)
        return RouteAnswer(status: status, mediaType: "application/json", body: writer.drain() + [0x0a])
    }
}

/// Why a route did not answer as it was asked.
package struct RouteProblem: Error, Sendable {
    /// Of HTTP.
    package var status: Int
    package var message: String
    /// What is said over the network in its place; nil for the message itself.
    package var messageForClients: String?
    /// What to do about it, where that is not in the message.
    package var remedy: String?
    /// What became of each part of a request of which nothing was right, as JSON text; nil where it has no parts.
    package var results: [UInt8]?

    package init(_ status: Int, _ message: String, remedy: String? = nil) {
        self.status = status
        self.message = message
        self.remedy = remedy
    }
}
