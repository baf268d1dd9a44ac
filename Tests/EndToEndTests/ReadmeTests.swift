import Foundation
import TestSupport
import Testing

/// What README tells people to type, and what it says of the documents.
@Suite struct ReadmeTests {
    let text: String

    init() throws {
        text = try String(contentsOfFile: "\(Checkout.path)/README.md", encoding: .utf8)
    }

    /// The commands of each shell block, but for those marked `<!-- not run: why -->`.
    var commands: [String] {
        text.matches(of: /(?<mark><!-- not run: [^\n]+ -->\n)?```sh\n(?<block>.+?)```/.dotMatchesNewlines())
            .filter { $0.mark == nil }
            .map { String($0.block) }
    }

    @Test(
        "Every command shown runs, one after the other, on a host where Bailey is installed",
        .enabled(if: FileSystemUser.isRoot, "an example host is made of namespaces, which needs root"))
    func commandsRun() async throws {
        let copy = try TemporaryTree()
        for folder in ["scripts", "templates", "policies"] {
            try FileManager.default.copyItem(atPath: "\(Checkout.path)/\(folder)", toPath: "\(copy.path)/\(folder)")
        }
        try BrokerInstallTests.addPrograms(to: copy.path)
        #expect(commands.count > 3)
        try copy.add(
            "all",
            """
            set -euxo pipefail
            cd '\(copy.path)'
            scripts/install --broker --binary "$PWD/bailey" --schedule cron
            /usr/local/sbin/bailey-broker > /run/broker.log &
            until grep -q ready /run/broker.log; do kill -0 $!; done
            \(commands.joined(separator: "\n"))
            """)
        let outcome = try await run(
            "\(copy.path)/scripts/lib/example-host", ["bash", "\(copy.path)/all"],
            environment: ["PATH": "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
        #expect(outcome.status == 0, "\(outcome.errors.suffix(2000))")
    }

    @Test(
        "An agent's request and its approval go as they are shown",
        .enabled(if: FileSystemUser.isRoot, "an example host is made of namespaces, which needs root"))
    func guardedExample() async throws {
        let copy = try TemporaryTree()
        for folder in ["scripts", "templates", "policies", "README.md"] {
            try FileManager.default.copyItem(atPath: "\(Checkout.path)/\(folder)", toPath: "\(copy.path)/\(folder)")
        }
        try BrokerInstallTests.addPrograms(to: copy.path)
        let script = """
            set -e
            '\(copy.path)/scripts/install' --broker --binary '\(copy.path)/bailey' --schedule cron > /dev/null 2>&1
            '\(copy.path)/scripts/lib/guarded-example'
            """
        let outcome = try await run(
            "\(copy.path)/scripts/lib/example-host", ["bash", "-c", script],
            environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
        #expect(outcome.status == 0, "\(outcome.errors.suffix(2000))")
        let shown = try #require(
            text.firstMatch(
                of: /<!-- output: \$ROOT\/scripts\/lib\/guarded-example -->\n```text\n(?<shown>.+?)```/
                    .dotMatchesNewlines()))
        #expect(lasting(outcome.output) == lasting(String(shown.shown)))
    }

    /// Without what is another's each time: ids and digests, numbers of processes, terminals and accounts, seconds, who started it.
    private func lasting(_ text: String) -> String {
        text.replacing(/[0-9a-f]{12,64}/, with: "#").replacing(/in \d+ s/, with: "in # s")
            .replacing(/process \d+/, with: "process #").replacing(/pts\/\d+/, with: "pts/#")
            .replacing(/\(\d+\)/, with: "(#)").replacing(/started by [^\n]+/, with: "started by #")
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test(
        "Every key of a document is explained",
        arguments: [
            "assessment.json", "compliance-summary.json", "port-monitor-latest.json", "egress-monitor-latest.json",
            "sockets.json",
        ])
    func documentKeys(document: String) throws {
        let golden = URL(filePath: "\(Checkout.path)/Tests/ReportingTests/Golden/\(document)")
        let value = try JSONSerialization.jsonObject(with: Data(contentsOf: golden))
        // Below `counts` and `status` the keys are statuses and risks.
        let unexplained = keys(of: value, leavingOut: ["counts", "status"]).filter { !text.contains("`\($0)`") }
        #expect(unexplained.isEmpty)
    }

    private func keys(of value: Any, leavingOut closed: Set<String>) -> Set<String> {
        if let elements = value as? [Any] {
            return elements.reduce(into: []) { $0.formUnion(keys(of: $1, leavingOut: closed)) }
        }
        guard let members = value as? [String: Any] else { return [] }
        return members.reduce(into: []) { found, member in
            found.insert(member.key)
            if !closed.contains(member.key) { found.formUnion(keys(of: member.value, leavingOut: closed)) }
        }
    }

    @Test("Every file that is linked or named as a script is there")
    func filesExist() throws {
        let linked = text.matches(of: /\]\((?<path>[a-zA-Z][^):#]*)(#[^)]*)?\)/).map { String($0.path) }
        let scripts = text.matches(of: /(?:scripts|\.ci)\/[a-z-]+/).map { String($0.output) }
        #expect(linked.count > 1 && scripts.count > 5)
        let missing = Set(linked + scripts).filter {
            !FileManager.default.fileExists(atPath: "\(Checkout.path)/\($0)")
        }
        #expect(missing.isEmpty)
    }
}
