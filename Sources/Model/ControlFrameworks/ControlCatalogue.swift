/// Every control that exists, with a short title and its place: ISO/IEC 27001:2022 Annex A and NIST CSF 2.0 in full, and of NIST
/// SP 800-53 r5 the controls of its low, moderate, high and privacy baselines (SP 800-53B).
///
/// Titles of ISO controls and CSF subcategories are our own words: they say what a control is about, and do not replace its text.
/// Titles of SP 800-53 controls and of the groups of both NIST publications are NIST's. The tables are built when first asked for,
/// so a run that names no control pays nothing.
package enum ControlCatalogue {
    /// Whether the framework has a control of this id; letters are compared as written (`A.8.9`, not `a.8.9`).
    package static func contains(_ control: ControlID) -> Bool { entry(control) != nil }

    /// Nil for an id that does not exist.
    package static func title(of control: ControlID) -> String? { entry(control)?.title }

    /// Every control, in the order in which the framework prints them.
    package static func controls(of framework: ControlFramework) -> [ControlID] {
        sections(of: framework).flatMap { section in
            section.entries.map { ControlID(framework: framework, id: $0.id) }
        }
    }

    /// The controls of one group, in the framework's order; those of its categories for a CSF function.
    package static func controls(in group: ControlGroup) -> [ControlID] {
        sections(of: group.framework).filter { $0.id == group.id || $0.parent == group.id }.flatMap { section in
            section.entries.map { ControlID(framework: group.framework, id: $0.id) }
        }
    }

    /// The groups that hold controls, in the framework's order: ISO themes, CSF categories, SP 800-53 families.
    package static func groups(of framework: ControlFramework) -> [ControlGroup] {
        sections(of: framework).map { ControlGroup($0, of: framework) }
    }

    /// The theme, category or family of a control; nil for an id that does not exist.
    package static func group(of control: ControlID) -> ControlGroup? {
        guard let section = section(control), section.title(of: control.id) != nil else { return nil }
        return ControlGroup(section, of: control.framework)
    }

    /// The six functions of the CSF, in its order.
    package static var functions: [ControlGroup] {
        functionTitles.map { ControlGroup(framework: .csf, id: $0.id, title: $0.title, parentID: nil) }
    }

    /// The CSF function that a category belongs to; nil for groups of the other frameworks, which have one level.
    package static func function(of group: ControlGroup) -> ControlGroup? {
        functions.first { $0.framework == group.framework && $0.id == group.parentID }
    }
}

/// A part of a framework that holds controls: an ISO theme (`A.8`), a CSF function (`PR`) or category (`PR.AA`), an SP 800-53 family
/// (`AC`).
package struct ControlGroup: Hashable, Sendable {
    package let framework: ControlFramework
    package let id: String
    package let title: String
    /// The CSF function above a category: `PR` for `PR.AA`.
    package let parentID: String?
}

/// One control as the tables hold it.
struct ControlEntry: Sendable {
    let id: String
    let title: String

    init(_ id: String, _ title: String) {
        self.id = id
        self.title = title
    }
}

/// A group and its controls as the tables hold them.
struct ControlSection: Sendable {
    let id: String
    let title: String
    let parent: String?
    let entries: [ControlEntry]

    init(_ id: String, _ title: String, in parent: String? = nil, _ entries: [ControlEntry]) {
        self.id = id
        self.title = title
        self.parent = parent
        self.entries = entries
    }

    func title(of id: String) -> String? { entries.first { $0.id == id }?.title }
}

extension ControlGroup {
    fileprivate init(_ section: ControlSection, of framework: ControlFramework) {
        self.init(framework: framework, id: section.id, title: section.title, parentID: section.parent)
    }
}

extension ControlCatalogue {
    private static func sections(of framework: ControlFramework) -> [ControlSection] {
        switch framework {
        case .iso27001: annexA
        case .csf: subcategories
        case .sp80053: families
        }
    }

    /// The section that an id belongs to by its spelling, whether or not the id is in it: what stands before the last `.` (ISO) or
    /// the first `-` (NIST). At most 22 sections of at most 40 entries, most ids short enough to be compared without a pointer
    /// followed: faster than building a dictionary for one run.
    private static func section(_ control: ControlID) -> ControlSection? {
        let separator: Character = control.framework == .iso27001 ? "." : "-"
        guard
            let end = control.framework == .iso27001
                ? control.id.lastIndex(of: separator) : control.id.firstIndex(of: separator)
        else { return nil }
        let prefix = control.id[..<end]
        return sections(of: control.framework).first { $0.id == prefix }
    }

    private static func entry(_ control: ControlID) -> ControlEntry? {
        section(control)?.entries.first { $0.id == control.id }
    }
}
