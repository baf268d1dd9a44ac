import Foundation
import JSON
import Testing

@testable import CoreRoutes

@Suite struct RouteTableTests {
    @Test("Every file of a route is in the table, in the order of the alphabet, and is named as its route")
    func registry() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../Sources/Interfaces/CoreRoutes/Routes")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
            .map { String($0.dropLast(6)) }.sorted()
        #expect(RouteTable.all.map { "\($0)" } == files)
        for route in RouteTable.all {
            let words = route.declaration.id.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }
            #expect(words.joined().lowercased() == "\(route)".lowercased())
        }
    }

    @Test("No two routes are for the same requests, and each has its path's parameters")
    func distinct() {
        let keys = RouteTable.all.map { "\($0.declaration.method.rawValue) \($0.declaration.path)" }
        #expect(Set(keys).count == keys.count)
        for route in RouteTable.all {
            let declaration = route.declaration
            let inPath = declaration.path.matches(of: #/\{(\w+)\}/#).map { String($0.output.1) }
            #expect(inPath.sorted() == declaration.parameters.filter { $0.place == .path }.map(\.name).sorted())
        }
    }

    @Test(
        "A path is found by the words it has, and by nothing that only resembles it",
        arguments: [
            ("GET", "/api/alerts", "alerts-list"), ("HEAD", "/api/alerts", "alerts-list"),
            ("POST", "/api/alerts", "alerts-submit"), ("GET", "/feedback/accuracy", "feedback-accuracy-show"),
            ("DELETE", "/feedback/12", "feedback-withdraw"), ("GET", "/api/cases/7/timeline", "cases-timeline"),
            ("DELETE", "/api/cases/7/tags/a%2Fb", "cases-untag"), ("PUT", "/api/alerts", "GET, HEAD, POST"),
            ("DELETE", "/feedback/accuracy", "GET, HEAD"), ("GET", "/api/alerts/", ""), ("GET", "//api/alerts", ""),
            ("GET", "/API/alerts", ""), ("GET", "*", ""), ("GET", "", ""), ("GET", "/", ""),
            ("GET", "/api/../metrics", ""),
        ])
    func match(method: String, path: String, expected: String) {
        let found =
            switch RouteTable.match(method, path) {
            case .found(let route, _): route.declaration.id
            case .otherMethod(let methods): methods.joined(separator: ", ")
            case .nothing: ""
            }
        #expect(found == expected)
    }

    @Test("Every schema that is named is there, and the page names every route and nothing from elsewhere")
    func documents() throws {
        let document = try JSONValue(parsing: OpenAPIDocument.bytes)
        let text = String(decoding: OpenAPIDocument.bytes, as: UTF8.self)
        let schemas = try #require(document["components"]?["schemas"]?.members)
        for match in text.matches(of: #/"#\/components\/schemas\/(\w+)"/#) {
            #expect(schemas[String(match.output.1)] != nil, "\(match.output.1)")
        }
        let page = DocumentationPage.text
        for route in RouteTable.all { #expect(page.contains("id=\"\(route.declaration.id)\"")) }
        #expect(!page.contains("<script") && !page.contains("src=") && !page.contains("@import"))
        #expect(
            page.matches(of: #/href="([^"]*)"/#).allSatisfy {
                $0.output.1.hasPrefix("#") || $0.output.1 == "/openapi.json"
            })
    }

    @Test("What a text may be is said by the pattern as it is checked")
    func patterns() throws {
        let samples = [
            "a", " a ", "", " ", "\t", "a\nb", "a\u{7}b", "\u{200e}x", "\u{3000}", "\u{2028}", "ä", "日本", "a\u{85}b",
            "x\u{0}",
            "2026-03-01T12:00:00Z", "2026-13-01T12:00:00Z", "2026-03-29T12:00:00Z", "1999-01-01T00:00:00Z", "T1110",
            "T1110.001",
            "2026-01-29T00:00:00Z", "2026-04-30T00:00:00Z", "2026-12-31T00:00:00Z", "2026-04-31T00:00:00Z",
            "2028-02-29T23:59:59Z", "2000-02-29T00:00:00Z", "1970-02-29T00:00:00Z", "2026-02-29T00:00:00Z",
            "2028-02-30T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-00T00:00:00Z", "2026-00-01T00:00:00Z",
            "2100-01-01T00:00:00Z", "2026-03-01T12:00:00+01:00", "2026-03-01t12:00:00.5z",
            "2026-03-01T12:00:00.123456789-23:59", "2026-03-01T12:00:00.1234567890Z", "2026-03-01T12:00:00.Z",
            "2026-03-01T12:00:00 01:00", "2026-03-01T12:00:00+24:00", "2026-03-01T12:00:00+0100",
            "2026-03-01T12:00:00", "2026-03-01 12:00:00Z", "2026-03-01T24:00:00Z", "2026-03-01T12:00:60Z",
            "T111", "t1110", "T1110.1", "\u{feff}a", "🙂", "a\r\n",
        ]
        for rule in [TextRule.notBlank, .visible, .line, .time, .technique] {
            let pattern = try #require(rule.pattern)
            // Foundation's expressions read what ECMA-262's do here.
            let expression = try NSRegularExpression(pattern: pattern, options: [.dotMatchesLineSeparators])
            for sample in samples {
                let range = NSRange(sample.startIndex..., in: sample)
                let isMatch =
                    expression.firstMatch(in: sample, range: range).map { rule == .notBlank || $0.range == range }
                    ?? false
                #expect(isMatch == (rule.objection(to: sample) == nil), "\(rule) \(sample.debugDescription)")
            }
        }
    }

    @Test(
        "Every day that the calendar has is a time, and no other is",
        arguments: [1970, 1996, 2000, 2023, 2024, 2026, 2099])
    func calendar(year: Int) throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        for month in 1...12 {
            for day in 1...31 {
                let date = DateComponents(calendar: calendar, year: year, month: month, day: day)
                let text = String(format: "%04d-%02d-%02dT00:00:00Z", year, month, day)
                #expect((TextRule.time.objection(to: text) == nil) == date.isValidDate, "\(text)")
            }
        }
    }
}
