import Assessment
import HostModel

/// What nobody looked at, and why: the part of the picture that is missing.
struct UnseenSection {
    let assessment: PostureAssessment

    var html: HTML {
        """
        <section id="part-unseen" aria-labelledby="unseen-title"><h2 id="unseen-title">Not assessed, not seen</h2>
        \(reasons)\(gaps)</section>
        """
    }

    private var reasons: HTML {
        let reasons = UnassessedReason.all(in: assessment.results)
        guard !reasons.isEmpty else { return "<p class=\"panel\">Every check was assessed.</p>" }
        let rows = reasons.map { reason -> HTML in
            let links = reason.checks.map { "<li><a href=\"#\($0)\">\($0)</a></li>" as HTML }
            return """
                <tr><th scope="row">\(HTML.prose(reason.why))</th><td class="number">\(reason.checks.count)</td>\
                <td><ul class="links">\(links)</ul></td></tr>

                """
        }
        let count = reasons.reduce(0) { $0 + $1.checks.count }
        let heads: HTML =
            "<th scope=\"col\">Why</th><th scope=\"col\" class=\"number\">Checks</th><th scope=\"col\">Which</th>"
        return table(heads, rows, caption: "\(counted(count, "check")) not assessed")
    }

    private var gaps: HTML {
        guard !assessment.gaps.isEmpty else {
            return "<p class=\"panel\">Everything that was looked for could be read.</p>"
        }
        let rows = assessment.gaps.map { gap -> HTML in
            "<tr><th scope=\"row\">\(gap.what)</th><td>\(HTML.prose(gap.why))</td><td>\(gap.remedy ?? "")</td></tr>\n"
        }
        let heads: HTML =
            "<th scope=\"col\">What</th><th scope=\"col\">Why not</th><th scope=\"col\">What closes the gap</th>"
        return table(heads, rows, caption: "\(counted(assessment.gaps.count, "gap")): could not be read")
    }

    private func table(_ heads: HTML, _ rows: [HTML], caption: String) -> HTML {
        """
        <div class="panel scroll" role="region" aria-label="\(caption)" tabindex="0"><table><caption>\(caption)</caption>\
        <thead><tr>\(heads)</tr></thead><tbody>
        \(rows)</tbody></table></div>

        """
    }
}
