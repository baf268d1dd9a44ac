import Foundation
import Reporting
import Testing

/// The page as others see it: a parser that follows the HTML standard, and a browser used as a reader would. Both are driven by the
/// Python scripts in `Browser/`, in an environment that has html5lib, selenium and axe-core-python: the folder that the environment
/// variable `BAILEY_TEST_VENV` names, or `.build/venv`, which `scripts/test` makes.
@Suite struct BrowserTests {
    private static let python: String? = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let folder = ProcessInfo.processInfo.environment["BAILEY_TEST_VENV"] ?? root.appending(path: ".build/venv").path
        let program = folder + "/bin/python3"
        return FileManager.default.isExecutableFile(atPath: program) ? program : nil
    }()

    private static var hasBrowser: Bool { Peer.find("chromium") != nil && Peer.find("chromedriver") != nil }

    @Test(
        "A third party's parser reads the page without an error",
        .enabled(if: python != nil, "no Python environment with html5lib (BAILEY_TEST_VENV)"))
    func validity() throws { try judge(by: "check_html.py") }

    @Test(
        "In a browser the page filters, folds, prints, follows the theme, is accessible and runs nothing but its own script",
        .enabled(if: python != nil, "no Python environment with selenium (BAILEY_TEST_VENV)"),
        .enabled(if: hasBrowser, "chromium or chromium-driver is not installed"))
    func browser() throws { try judge(by: "check_dashboard.py") }

    private func judge(by script: String) throws {
        let python = try #require(Self.python)
        let folder = FileManager.default.temporaryDirectory.appending(path: "bailey-page-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // What is left in the temporary folder does no harm.
        defer { try? FileManager.default.removeItem(at: folder) }
        let page = folder.appending(path: "compliance-dashboard.html")
        try Data(DashboardPage(ExampleAssessment.assessment).bytes).write(to: page)
        let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Browser")
        let result = try Peer.run(python, [scripts.appending(path: script).path, page.path])
        #expect(result.status == 0, "\(result.output)")
    }
}
