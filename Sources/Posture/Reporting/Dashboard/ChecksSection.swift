import Assessment
import ControlFrameworks
import Findings

/// Every check with its evidence, and what finds one among them.
struct ChecksSection {
    let results: [CheckResult]

    var html: HTML {
        let categories = CheckCategory.allCases.filter { category in results.contains { $0.check.category == category }
        }
        return """
            <section id="part-checks" aria-labelledby="checks-title"><h2 id="checks-title">Checks</h2>
            \(finder(categories))
            \(categories.map(group))<p class="nothing panel" hidden>No check matches.</p></section>
            """
    }

    /// Hidden until the script shows it: without the script everything is on the page and nothing can be filtered.
    private func finder(_ categories: [CheckCategory]) -> HTML {
        let statuses = Outcome.allCases.map { option($0.rawValue, $0.label) }
        let risks = Severity.allCases.reversed().map { option($0.rawValue, $0.rawValue) }
        let groups = categories.map { option($0.rawValue, $0.title) }
        let frameworks = ControlFramework.allCases.map { option($0.rawValue, $0.title) }
        return """
            <form class="finder" role="search" aria-label="Checks, listening sockets and connections" hidden>
            <label class="wide">Search <input type="search" name="q" spellcheck="false"></label>
            <label>Status <select name="status"><option value="">any</option>\(statuses)</select></label>
            <label>Risk <select name="risk"><option value="">any</option>\(risks)</select></label>
            <label>Category <select name="category"><option value="">any</option>\(groups)</select></label>
            <label>Framework <select name="framework"><option value="">any</option>\(frameworks)</select></label>
            <button type="reset">Clear</button> <button type="button" class="unfold">Open all</button>
            <p class="found" role="status" aria-live="polite"></p></form>
            """
    }

    private func option(_ value: String, _ label: String) -> HTML { "<option value=\"\(value)\">\(label)</option>" }

    private func group(_ category: CheckCategory) -> HTML {
        let members = results.filter { $0.check.category == category }.sorted { left, right in
            let (one, other) = (rank(left.outcome), rank(right.outcome))
            if one != other { return one < other }
            return (right.check.risk, left.check.id) < (left.check.risk, right.check.id)
        }
        let met = members.count { $0.outcome == .compliant }
        return """
            <div class="category"><h3>\(category.title) <span>\(met) of \(members.count) met</span></h3>
            <div class="list">\(members.map(html))</div></div>

            """
    }

    private func rank(_ outcome: Outcome) -> Int { Outcome.allCases.firstIndex(of: outcome) ?? 0 }

    private func html(of result: CheckResult) -> HTML {
        let check = result.check
        let frameworks = Set(check.controls.map(\.framework.rawValue)).sorted().joined(separator: " ")
        return """
            <details class="check \(result.outcome.styleName)" id="\(check.id)" data-status="\(result.outcome.rawValue)" \
            data-risk="\(check.risk.rawValue)" data-category="\(check.category.rawValue)" data-framework="\(frameworks)" \
            data-control="\(check.controls.map(\.description).joined(separator: " "))" open>
            <summary>\(Badge.status(result.outcome)) <span class="title">\(check.title)</span> \
            <code>\(check.id)</code> \(Badge.risk(check.risk))</summary>
            <div class="body"><dl>\(facts(of: result))</dl>\(evidence(of: result))</div></details>

            """
    }

    private func facts(of result: CheckResult) -> [HTML] {
        var facts: [HTML] = []
        if let why = result.answer.status.why {
            facts.append("<dt>Not assessed because</dt><dd>\(HTML.prose(why))</dd>")
        }
        if let gap = result.answer.gap { facts.append("<dt>Gap</dt><dd>\(HTML.prose(gap))</dd>") }
        if let remediation = result.remediation {
            // Of a check nobody made, the remedy says what it would ask for; there may be nothing to fix.
            let heading: HTML = result.outcome == .notAssessed ? "What meets it" : "Fix"
            facts.append("<dt>\(heading)</dt><dd class=\"fix\">\(HTML.prose(remediation))</dd>")
        }
        if !result.check.rationale.isEmpty {
            facts.append("<dt>Why it matters</dt><dd>\(HTML.prose(result.check.rationale))</dd>")
        }
        if let controls = Badge.controls(result.check.controls) {
            facts.append("<dt>Controls</dt><dd>\(controls)</dd>")
        }
        return facts
    }

    private func evidence(of result: CheckResult) -> HTML? {
        guard !result.answer.evidence.isEmpty else { return nil }
        let rows = result.answer.evidence.map { item -> HTML in
            "<tr><td>\(HTML.prose(item.what))</td><td><code>\(item.source)</code></td></tr>"
        }
        return """
            <div class="scroll"><table class="evidence"><caption>Evidence</caption><thead><tr><th scope="col">What was read</th>\
            <th scope="col">Where</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }
}

extension CheckCategory {
    /// The heading people read.
    var title: String {
        switch self {
        case .accounts: "Accounts"
        case .ssh: "SSH"
        case .kernel: "Kernel"
        case .files: "Files"
        case .mounts: "Mounts"
        case .updates: "Updates"
        case .logging: "Logging"
        case .time: "Time"
        case .firewall: "Firewall"
        case .services: "Services"
        case .network: "Network"
        case .privilege: "Privilege"
        case .agents: "AI agents"
        case .backup: "Backup"
        }
    }
}
