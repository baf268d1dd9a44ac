import Assessment
import Findings

/// What is wrong and what to do, first things first.
struct WorklistSection {
    let items: [Worklist.Item]

    /// Findings of one item that are listed; the rest is counted.
    private static let instanceLimit = 25

    var html: HTML {
        guard !items.isEmpty else {
            return """
                <section id="part-first" aria-labelledby="first-title"><h2 id="first-title">What to do first</h2>
                <p class="panel calm">Nothing that was assessed is wrong. See below for what was not assessed.</p></section>
                """
        }
        return """
            <section id="part-first" aria-labelledby="first-title"><h2 id="first-title">What to do first</h2>
            <p class="lead">\(counted(items.count, "thing")) to mend, the worst risk first; overdue and new before the rest.</p>
            <ol class="worklist">\(items.map(html))</ol></section>
            """
    }

    private func html(of item: Worklist.Item) -> HTML {
        let marks = [item.isOverdue ? Badge.mark("overdue") : nil, item.change.map { Badge.mark($0.mark) }].compactMap {
            $0
        }
        let detail: HTML? =
            item.detail.isEmpty
            ? nil : "<div class=\"detail\">\(item.findings.isEmpty ? "Wanted: " : "")\(HTML.prose(item.detail))</div>"
        let fix: HTML? = item.action.isEmpty ? nil : "<div class=\"fix\"><b>Fix</b> \(HTML.prose(item.action))</div>"
        return """
            <li class="item \(item.risk.rawValue)" id="do-\(item.id)" data-risk="\(item.risk.rawValue)">
            <h3>\(Badge.risk(item.risk)) \(marks) \(item.title)</h3>
            \(detail)\(fix)\(instances(of: item))<div class="meta">\(meta(of: item))\(Badge.controls(item.controls))</div></li>

            """
    }

    private func meta(of item: Worklist.Item) -> [HTML] {
        var parts: [HTML] = []
        if item.findings.isEmpty { parts.append("<a href=\"#\(item.id)\">Evidence</a> ") }
        if let owner = item.owner { parts.append("<span>Owner <b>\(owner)</b></span> ") }
        if let due = item.due {
            parts.append("<span>Due <b><time datetime=\"\(due)\">\(due)</time></b></span> ")
        }
        if item.outcome == .partial { parts.append("<span>Partly met</span> ") }
        return parts
    }

    private func instances(of item: Worklist.Item) -> HTML? {
        guard item.findings.count > 1 else { return nil }
        let haveOneRemedy = Set(item.findings.map(\.remediation)).count == 1
        let shown = item.findings.prefix(Self.instanceLimit).map { finding -> HTML in
            let remedy: HTML? = haveOneRemedy ? nil : "<div class=\"remedy\">\(HTML.prose(finding.remediation))</div>"
            return "<li><b>\(finding.title)</b> \(HTML.prose(finding.detail))\(remedy)</li>"
        }
        let left = item.findings.count - shown.count
        let rest: HTML? = left > 0 ? "<li class=\"hollow\">and \(left) more, in assessment.json</li>" : nil
        return """
            <details class="instances" open><summary>\(counted(item.findings.count, "finding"))</summary>\
            <ul>\(shown)\(rest)</ul></details>
            """
    }
}
