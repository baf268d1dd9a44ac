import Assessment
import Findings
import HostModel
import Policies

/// The top of the page: how the host stands in one look.
struct OverviewSection {
    let assessment: PostureAssessment
    let items: [Worklist.Item]

    var html: HTML {
        """
        <section id="part-overview" aria-labelledby="overview-title"><h2 id="overview-title">At a glance</h2>
        <div class="glance">\(statuses)\(risks)\(monitors)\(changes)</div></section>
        """
    }

    private var statuses: HTML {
        let tally = Tally(assessment.results.map(\.outcome))
        let parts = Outcome.allCases.map { Picture.Part(name: $0.styleName, count: tally[$0]) }
        let words = Outcome.allCases.map { "\(tally[$0]) \($0.label)" }.joined(separator: ", ")
        let legend = Outcome.allCases.map { outcome -> HTML in
            """
            <li><a href="#part-checks" data-filter="status" data-value="\(outcome.rawValue)">\
            <span class="key \(outcome.styleName)" aria-hidden="true">\(outcome.sign)</span>\
            <b>\(tally[outcome])</b> <span>\(outcome.label)</span></a></li>
            """
        }
        let ring = Picture.ring(
            parts, words: "\(assessment.results.count) checks: \(words)", large: "\(tally[.compliant])",
            small: "of \(assessment.results.count) met")
        return
            "<div class=\"panel statuses\"><h3>Checks</h3><div class=\"pair\">\(ring)<ul class=\"legend\">\(legend)</ul></div></div>\n"
    }

    private var risks: HTML {
        let tally = Tally(items.map(\.risk))
        let most = max(Severity.allCases.map { tally[$0] }.max() ?? 0, 1)
        let rows = Severity.allCases.reversed().map { risk -> HTML in
            let bar = Picture.bar(
                [.init(name: risk.rawValue, count: tally[risk]), .init(name: "none", count: most - tally[risk])],
                words: "\(tally[risk]) of \(risk.rawValue) risk")
            return "<li><span class=\"risk \(risk.rawValue)\">\(risk.rawValue)</span>\(bar)<b>\(tally[risk])</b></li>"
        }
        return "<div class=\"panel\"><h3>To mend, by risk</h3><ul class=\"bars\">\(rows)</ul></div>\n"
    }

    private var monitors: HTML {
        let ports = assessment.ports.map { report in
            let tally = Tally(report.listeners.map(\.verdict))
            return monitor(
                "Listening", "#part-listeners", report.listeners.count,
                PortVerdict.allCases.map { ($0.rawValue, $0.outcome, tally[$0]) })
        }
        let egress = assessment.egress.map { report in
            let tally = Tally(report.connections.map(\.verdict))
            return monitor(
                "Outbound", "#part-connections", report.connections.count,
                EgressVerdict.allCases.map { ($0.rawValue, $0.outcome, tally[$0]) })
        }
        let unseen: HTML = "<p class=\"hollow\">Not looked at in this run.</p>"
        return "<div class=\"panel\"><h3>Network</h3>\(ports ?? unseen)\(egress ?? unseen)</div>\n"
    }

    private func monitor(_ title: String, _ link: String, _ total: Int, _ verdicts: [(String, Outcome, Int)]) -> HTML {
        // Worst to the left, in the bar as in the words.
        let present = verdicts.filter { $0.2 > 0 }.sorted { Self.rank($0.1) < Self.rank($1.1) }
        let words = present.map { "\(grouped($0.2)) \($0.0)" }.joined(separator: ", ")
        let parts = present.map { Picture.Part(name: $0.1.styleName, count: $0.2) }
        return """
            <p class="monitor"><a href="\(link)">\(title)</a> <b>\(grouped(total))</b></p>\(Picture.bar(parts, words: "\(title): \(words)"))\
            <p class="words">\(words.isEmpty ? "none" : words)</p>
            """
    }

    private static func rank(_ outcome: Outcome) -> Int { Outcome.allCases.firstIndex(of: outcome) ?? 0 }

    private var changes: HTML {
        let overdue = assessment.mitigations.count(where: \.isOverdue)
        let regressions = assessment.newOrWorse
        let shown = regressions.prefix(3).map { regression -> HTML in
            "<li>\(Badge.mark(regression.change.mark)) <a href=\"#\(anchor(of: regression))\">\(regression.title)</a></li>"
        }
        let rest: HTML? =
            regressions.count > 3 ? "<li class=\"hollow\">and \(regressions.count - 3) more, marked below</li>" : nil
        let list: HTML =
            regressions.isEmpty
            ? "<p class=\"hollow\">Nothing became worse.</p>" : "<ul class=\"changes\">\(shown)\(rest)</ul>"
        return """
            <div class="panel"><h3>Since the run before</h3>\
            <p class="figures"><span><b class="\(regressions.isEmpty ? "calm" : "loud")">\(regressions.count)</b> new or worse</span>\
            <span><b class="\(overdue == 0 ? "calm" : "loud")">\(overdue)</b> overdue</span></p>\(list)</div>
            """
    }

    /// A check's own place, or that of the item of the list that stands for the finding.
    private func anchor(of regression: Regression) -> String {
        if assessment.results.contains(where: { $0.check.id == regression.id }) { return regression.id }
        let item = items.first { $0.findings.contains { $0.fingerprint.rawValue == regression.id } }
        return item.map { "do-\($0.id)" } ?? "part-first"
    }
}
