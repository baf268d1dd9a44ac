import Assessment
import ControlFrameworks

/// Every control of every framework as one tile: coloured, patterned and lettered by status, grouped as the framework groups them.
struct ControlMapSection {
    let controls: [ControlResult]

    var html: HTML {
        let present = ControlFramework.allCases.filter { framework in
            controls.contains { $0.control.framework == framework }
        }
        let legend = Outcome.allCases.map { outcome -> HTML in
            "<li><span class=\"key \(outcome.styleName)\" aria-hidden=\"true\">\(outcome.sign)</span> \(outcome.controlLabel)</li>"
        }
        return """
            <section id="part-controls" aria-labelledby="controls-title"><h2 id="controls-title">Controls</h2>
            <p class="lead">A control has the status of the worst of its checks. One that no check looks at is not assessed: \
            grey is not good, it is not known.</p>
            <ul class="legend inline">\(legend)</ul>
            \(present.map(map))</section>
            """
    }

    private func map(of framework: ControlFramework) -> HTML {
        let members = controls.filter { $0.control.framework == framework }
        let tally = Tally(members.map(\.status))
        let parts = Outcome.allCases.map { Picture.Part(name: $0.styleName, count: tally[$0]) }
        let line =
            "\(tally[.compliant]) of \(members.count) met, \(tally[.violation]) violated, \(tally[.partial]) partly met, "
            + "\(tally[.notApplicable]) not applicable, \(tally[.notAssessed]) not assessed"
        return """
            <article class="framework panel" data-framework="\(framework.rawValue)">
            <h3>\(framework.title)</h3><p class="tally">\(line)</p>\(Picture.bar(parts, words: line))
            <p class="readout" aria-hidden="true"></p>
            <div class="groups">\(groups(of: members).map(html))</div></article>

            """
    }

    private struct Group {
        var id: String
        var title: String
        var members: [ControlResult]
    }

    /// ISO themes, CSF functions, SP 800-53 families, in the order in which the controls come.
    private func groups(of members: [ControlResult]) -> [Group] {
        var groups: [Group] = []
        for member in members {
            let group = ControlCatalogue.group(of: member.control).map { ControlCatalogue.function(of: $0) ?? $0 }
            let (id, title) = (group?.id ?? "", group?.title ?? "Other")
            if let position = groups.firstIndex(where: { $0.id == id }) {
                groups[position].members.append(member)
            } else {
                groups.append(Group(id: id, title: title, members: [member]))
            }
        }
        return groups
    }

    private func html(of group: Group) -> HTML {
        """
        <section class="group"><h4>\(group.title) <span>\(group.id)</span></h4>\
        <ul class="tiles">\(group.members.map { tile($0, in: group.id) })</ul></section>

        """
    }

    /// Its place within the group stands on it; the whole id, title and status are its name.
    private func tile(_ control: ControlResult, in group: String) -> HTML {
        let id = control.control.id
        let short =
            id.hasPrefix(group + ".") || id.hasPrefix(group + "-") ? id.dropFirst(group.count + 1) : Substring(id)
        let words = "\(id) \(control.title): \(control.status.controlLabel)"
        guard let check = control.checks.first else {
            return """
                <li><span class="tile \(control.status.styleName)" title="\(words)"><span aria-hidden="true">\(short)</span>\
                <span class="hidden">\(words)</span></span></li>
                """
        }
        let face: HTML = """
            <span aria-hidden="true"><span class="sign">\(control.status.sign)</span>\(short)</span><span class="hidden">\(words)</span>
            """
        return """
            <li><a class="tile \(control.status.styleName)" href="#\(check)" data-filter="control" \
            data-value="\(control.control.description)" \
            title="\(words) (\(counted(control.checks.count, "check")))">\(face)</a></li>
            """
    }
}

extension Outcome {
    /// Controls are met or violated, where a check is compliant or a violation.
    fileprivate var controlLabel: String {
        switch self {
        case .violation: "violated"
        case .partial: "partly met"
        case .compliant: "met"
        case .notApplicable: "not applicable"
        case .notAssessed: "not assessed"
        }
    }
}
