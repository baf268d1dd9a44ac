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

    /// The outputs shown, with the command that each is of.
    var outputs: [(command: String, shown: String)] {
        text.matches(of: /<!-- output: (?<command>bailey [^\n]+?) -->\n```text\n(?<shown>.+?)```/.dotMatchesNewlines())
            .map { (String($0.command), String($0.shown)) }
    }

    @Test(
        "The outputs shown are what the commands print on the example host",
        .enabled(if: FileSystemUser.isRoot, "an example host is made of namespaces, which needs root"))
    func outputsHold() async throws {
        let copy = try TemporaryTree()
        for folder in ["scripts", "templates", "policies"] {
            try FileManager.default.copyItem(atPath: "\(Checkout.path)/\(folder)", toPath: "\(copy.path)/\(folder)")
        }
        try BrokerInstallTests.addPrograms(to: copy.path)
        let outputs = outputs
        #expect(outputs.map(\.command.words[1]) == ["assess", "ports", "egress"])
        // All that each prints: what is shown of it may begin elsewhere on a host with other files.
        let script = outputs.enumerated().map {
            "\($1.command.prefix { $0 != "|" }) > '\(copy.path)/\($0)' 2>/dev/null"
        }
        let install =
            "'\(copy.path)/scripts/install' --broker --binary '\(copy.path)/bailey' --schedule cron > /dev/null 2>&1"
        let outcome = try await run(
            "\(copy.path)/scripts/lib/example-host", ["bash", "-ec", ([install] + script).joined(separator: "\n")],
            environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
        #expect(outcome.status == 0, "\(outcome.errors.suffix(2000))")
        for (number, output) in outputs.enumerated() {
            let printed = lastingWords(try copy.content(of: "\(number)"))
            for part in Self.parts(of: output.shown) {
                #expect(printed.contains(lastingWords(part)), "\(output.command): \(part)")
            }
        }
    }

    /// What is shown, in parts that stand together: lines, and each finding with what is indented below it. Which of many are listed as
    /// examples is left out: the kernel's own sockets in other namespaces of this host may be among them.
    private static func parts(of shown: String) -> [String] {
        shown.split(separator: "\n").reduce(into: []) { parts, line in
            let text = line.trimmingCharacters(in: .whitespaces)
            if text == "…" || text.hasPrefix("- ") { return }
            if line.hasPrefix("      "), !text.hasPrefix("fix: "), let last = parts.indices.last {
                parts[last] += "\n\(line)"
            } else {
                parts.append(String(line))
            }
        }
    }

    /// Words alone, for lines break where a number has more digits; without numbers of processes, days, and how many there are of what
    /// depends on the host below the example. How many checks and rules there are stays.
    private func lastingWords(_ text: String) -> String {
        text.words.joined(separator: " ")
            .replacing(/pid \d+/, with: "pid #").replacing(/\[\d+\]/, with: "[#]")
            .replacing(/\d{4}-\d\d-\d\d/, with: "#")
            .replacing(/\d+ (violation|partial|compliant|not applicable|not assessed)/) { "# \($0.output.1)" }
            .replacing(/\d+ (listening socket|outbound connection)s?/) { "# \($0.output.1)" }
            .replacing(/\d+ (approved|unapproved|expired|insecure|services)/) { "# \($0.output.1)" }
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

extension String {
    fileprivate var words: [Substring] { split { $0.isWhitespace } }
}
