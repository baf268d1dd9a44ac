internal import JSON
internal import Reporting
internal import Triage

/// What a report says, in both of its forms.
struct ReportContent {
    let kind: Report.Kind
    let figures: KeyFigures
    let tallies: [String: Int]
    let cases: [CaseRecord]
    let file: CaseFile?
    let now: EventTime
    let settings: CoreSettings

    var document: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("schema", 1)
            writer.member("kind", kind.rawValue)
            writer.member("made_at", now.description)
            writer.key("kpis")
            writer.value(figures)
            writer.member(
                "totals",
                object: { for (name, count) in tallies.sorted(by: { $0.key < $1.key }) { $0.member(name, count) } })
            writer.member("cases", array: { writer in for record in cases { writer.value(record) } })
            if let file {
                writer.key("case")
                writer.value(file, now: now, settings: settings)
                writer.member(
                    "timeline", array: { writer in for entry in Timeline(file).entries { writer.value(entry) } })
            }
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    var page: String {
        let title = "Bailey: \(kind.rawValue) report"
        let html: HTML = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>\(title)</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1a1a1a;background:#fff}
            table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.35rem .6rem;border-bottom:1px solid #ccc;vertical-align:top}
            caption{text-align:left;font-weight:600}.long{overflow-wrap:anywhere;min-width:7rem}
            @media (max-width:46rem){.wide thead{display:none}.wide tr{display:block;padding:.5rem 0;border-bottom:1px solid #ccc}
            .wide td{display:block;border:0;padding:0}.wide [data-label]::before{content:attr(data-label) ": "}}
            @media (prefers-color-scheme:dark){body{color:#eee;background:#161616}th,td,.wide tr{border-color:#444}}</style></head><body><main>
            <h1>\(title)</h1><p>\(figures.from.description) to \(now.description)</p>
            \(figuresTable)\(casesTable)\(timelineTable)
            </main></body></html>

            """
        return html.text
    }

    private var figuresTable: HTML {
        let means = KeyFigures.means.map { _, measure, name -> HTML in
            let mean = figures.mean(measure)
            return
                "<tr><th scope=\"row\">\(name)</th><td>\(mean.seconds.map { Self.readable($0) } ?? "none")</td><td>\(mean.count)</td></tr>"
        }
        let rates: [HTML] = [
            ("Triaged automatically", figures.automaticTriage), ("False positives", figures.falsePositives),
            ("Triaged in time", figures.triageInTime), ("Responded in time", figures.responseInTime),
        ].map { name, rate in
            "<tr><th scope=\"row\">\(name)</th><td>\(rate.value.map { "\(Int(($0 * 100).rounded())) %" } ?? "none")</td><td>\(rate.total)</td></tr>"
        }
        return """
            <table><caption>Figures</caption><thead><tr><th scope="col">Figure</th><th scope="col">Value</th><th scope="col">Of so many</th></tr></thead><tbody>
            <tr><th scope="row">Alerts, new</th><td>\(figures.count("alerts/new"))</td><td></td></tr>
            <tr><th scope="row">Alerts, repeated</th><td>\(figures.count("alerts/repeated"))</td><td></td></tr>
            <tr><th scope="row">Cases opened</th><td>\(figures.count("cases/opened"))</td><td></td></tr>
            \(means)\(rates)</tbody></table>
            """
    }

    private var casesTable: HTML {
        guard !cases.isEmpty else { return "<p>No case of high or critical severity changed.</p>" }
        let rows = cases.map { record -> HTML in
            """
            <tr><td data-label="Case">\(record.id)</td><td class="long">\(record.title)</td><td class="long" data-label="Host">\(record.host)</td>\
            <td data-label="Severity">\(record.severity.name)</td><td data-label="State">\(record.state.rawValue)</td>\
            <td data-label="Blast radius">\(record.blast.value) (\(record.blast.level.rawValue))</td><td data-label="Alerts">\(record.alerts)</td></tr>
            """
        }
        return """
            <table class="wide"><caption>Cases</caption><thead><tr><th scope="col">Case</th><th scope="col">Title</th><th scope="col">Host</th><th scope="col">Severity</th>\
            <th scope="col">State</th><th scope="col">Blast radius</th><th scope="col">Alerts</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    private var timelineTable: HTML? {
        guard let file else { return nil }
        let rows = Timeline(file).entries.map { entry -> HTML in
            """
            <tr><td data-label="Time">\(entry.at.description)</td><td data-label="What">\(entry.kind)</td>\
            <td class="long" data-label="Who">\(entry.actor)</td><td class="long">\(entry.text)</td></tr>
            """
        }
        return """
            <table class="wide"><caption>Timeline</caption><thead><tr><th scope="col">Time</th><th scope="col">What</th><th scope="col">Who</th><th scope="col">Text</th></tr></thead><tbody>\(rows)</tbody></table>
            """
    }

    private static func readable(_ seconds: Double) -> String {
        seconds < 120
            ? "\(Int(seconds.rounded())) s"
            : seconds < 7_200 ? "\(Int((seconds / 60).rounded())) min" : "\(Int((seconds / 3600).rounded())) h"
    }
}
