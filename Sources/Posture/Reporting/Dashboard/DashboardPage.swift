package import Assessment
import ControlFrameworks
import HostModel

/// `compliance-dashboard.html`: the assessment as one page that needs nothing outside itself. Its style and script stand in
/// `templates/dashboard`, embedded by `scripts/embed-dashboard`; a content security policy lets these two run and nothing else.
package struct DashboardPage: Document {
    private let assessment: PostureAssessment

    package init(_ assessment: PostureAssessment) { self.assessment = assessment }

    package func write(to sink: ([UInt8]) throws -> Void) rethrows {
        let items = Worklist(assessment).items
        let network = NetworkSections(assessment: assessment)
        let slots = DashboardTemplate.Slots(
            title: "\(assessment.host.hostname): security posture, \(Timestamp(assessment.generatedAt).day)",
            host: host, overview: OverviewSection(assessment: assessment, items: items).html,
            worklist: WorklistSection(items: items).html,
            controls: ControlMapSection(controls: assessment.controls).html,
            checks: ChecksSection(results: assessment.results).html, listeners: network.listeners,
            connections: network.connections, unseen: UnseenSection(assessment: assessment).html)
        try sink(Array(DashboardTemplate.page(slots).text.utf8))
    }

    private var host: HTML {
        let host = assessment.host
        let time = Timestamp(assessment.generatedAt)
        let kernel: HTML? = host.kernel.map { "<span>Linux \($0)</span> " }
        let tree: HTML? = host.isLive ? nil : "<span>file tree \(host.root), not a running system</span> "
        let observer: HTML? =
            host.isLive && host.observer != .root
            ? "<span class=\"warn\">seen without root, by uid \(Int(host.observer.rawValue))</span> " : nil
        return """
            <h1>\(hostname)</h1><p class="about"><span>\(host.operatingSystem)</span> \(kernel)\(tree)\(observer)\
            <time datetime="\(time.description)">\(time.readable)</time></p>
            """
    }

    /// The host's name, which on a narrow screen breaks after a dot and not within a word.
    private var hostname: HTML {
        let labels = assessment.host.hostname.split(separator: ".", omittingEmptySubsequences: false)
        let rest = labels.dropFirst().map { label -> HTML in ".<wbr>\(label)" }
        return "\(labels[0])\(rest)"
    }
}
