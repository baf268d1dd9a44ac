import Foundation
import JSON
import TestSupport
import Testing

/// What the core shows to people, in a real browser that `Browser/check_pages.py` drives.
@Suite struct PageTests {
    private static var hasBrowser: Bool {
        ["/usr/bin/chromium", "/usr/bin/chromedriver"].allSatisfy { FileManager.default.isExecutableFile(atPath: $0) }
    }

    @Test(
        "The API's page and the reports fit every screen, whatever an alert was called, break no name, and are accessible",
        .enabled(if: Receiver.environmentPython != nil, "no Python environment with selenium (BAILEY_TEST_VENV)"),
        .enabled(if: hasBrowser, "chromium or chromium-driver is not installed"))
    func pages() throws {
        let core = try RunningCore()
        let token = try core.token()
        let titles = ["ransomware encrypted files on web-1 by user mallory", String(repeating: "w", count: 300)]
        for title in titles {
            let alert = #"{"title":"\#(title)","severity":"critical","host":"\#(title.prefix(60))"}"#
            #expect(try core.ask("POST", "/api/alerts", token: token, alert).status == 201)
        }
        var pages = ["docs.html": try core.ask("GET", "/docs").body]
        for (number, report) in [#"{"kind":"daily"}"#, #"{"kind":"incident","case":1}"#].enumerated() {
            #expect(try core.ask("POST", "/api/reports", token: token, report).status == 201)
            let page = try core.ask("GET", "/api/reports/\(number + 1)?format=html", token: token).body
            #expect(page.contains("ransomware encrypted files"))
            pages["report-\(number + 1).html"] = page
        }
        for (name, page) in pages { try core.tree.add(name, page) }
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Browser/check_pages.py").path
        let python = try #require(Receiver.environmentPython)
        let output = try RunningProgram.output(of: [python, script] + pages.keys.map { "\(core.tree.path)/\($0)" })
        #expect(output.hasSuffix("held\n") || output.hasSuffix("held"))
    }
}
