package import Storage
package import Triage

/// The store's numbers in Prometheus' text format 0.0.4. Labels have values of ours alone (states, severities, verdicts, sources), so there
/// are never more than some forty series, whatever alerts say.
package struct PrometheusText {
    private var lines: [String] = []

    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    package static func text(of reader: StoreReader, now: EventTime) throws(StorageError) -> String {
        var text = PrometheusText()
        let tallies = try reader.tallies()
        text.gauges(
            "bailey_alerts_stored", "Alerts stored, by severity.", "severity", AlertSeverity.allCases.map(\.name),
            tallies, "alerts/severity/")
        text.gauges(
            "bailey_alerts_by_verdict", "Alerts stored, by verdict.", "verdict", Verdict.allCases.map(\.name), tallies,
            "alerts/verdict/")
        text.gauges(
            "bailey_alerts_by_source", "Alerts stored, by source.", "source", AlertSource.allCases.map(\.rawValue),
            tallies, "alerts/source/")
        text.gauges(
            "bailey_cases", "Cases, by state.", "state", CaseState.allCases.map(\.rawValue), tallies, "cases/state/")
        text.gauges(
            "bailey_cases_by_severity", "Cases, by severity.", "severity", AlertSeverity.allCases.map(\.name), tallies,
            "cases/severity/")
        let day = try reader.keyFigures(.day, now: now)
        text.head(
            "bailey_alerts_received_24h", "Alerts received in the last 24 hours, by whether they were new.", "gauge")
        for (name, measure) in [("new", "alerts/new"), ("repeated", "alerts/repeated")] {
            text.lines.append("bailey_alerts_received_24h{kind=\"\(name)\"} \(day.count(measure))")
        }
        text.head(
            "bailey_case_mean_seconds_24h", "Mean seconds from opening, by step, over the last 24 hours.", "gauge")
        for (name, measure, _) in KeyFigures.means {
            if let seconds = day.mean(measure).seconds {
                text.lines.append("bailey_case_mean_seconds_24h{step=\"\(name)\"} \(seconds)")
            }
        }
        return text.lines.joined(separator: "\n") + "\n"
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        lines.append("# HELP \(name) \(help)")
        lines.append("# TYPE \(name) \(type)")
    }

    private mutating func gauges(
        _ name: String, _ help: String, _ label: String, _ values: [String], _ tallies: [String: Int], _ prefix: String
    ) {
        head(name, help, "gauge")
        for value in values { lines.append("\(name){\(label)=\"\(value)\"} \(tallies[prefix + value] ?? 0)") }
    }
}
