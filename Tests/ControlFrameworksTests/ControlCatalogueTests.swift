import ControlFrameworks
import Testing

@Suite struct ControlCatalogueTests {
    @Test(
        "Each framework is there in full",
        arguments: [(ControlFramework.iso27001, 93), (.csf, 106), (.sp80053, 424)])
    func counts(framework: ControlFramework, count: Int) {
        let controls = ControlCatalogue.controls(of: framework)
        #expect(controls.count == count)
        #expect(Set(controls).count == count)
    }

    @Test(
        "The ids are exactly those of the published lists",
        .enabled(if: PublishedIdentifiers.folder != nil, "no shared/data/frameworks above this checkout"),
        arguments: ControlFramework.allCases)
    func publishedIdentifiers(framework: ControlFramework) throws {
        let published = try PublishedIdentifiers(of: framework).ids
        let ours = ControlCatalogue.controls(of: framework).map(\.id)
        #expect(Set(published).subtracting(ours) == [], "published, and missing here")
        #expect(Set(ours).subtracting(published) == [], "here, and not published")
        #expect(published.count == ours.count)
    }

    @Test(
        "Every control has a title of at least three words that no other has",
        arguments: [ControlFramework.iso27001, .csf])
    func ownTitles(framework: ControlFramework) throws {
        var seen: Set<String> = []
        for control in ControlCatalogue.controls(of: framework) {
            let title = try #require(ControlCatalogue.title(of: control), "\(control)")
            #expect((3...9).contains(title.split(separator: " ").count), "\(control): \(title)")
            #expect(title.count <= 80, "\(control): \(title)")
            #expect(seen.insert(title.lowercased()).inserted, "\(control): \(title)")
        }
    }

    /// NIST repeats a title below different controls ("Policy and Procedures"), and one of its titles is 91 characters long.
    @Test("Every SP 800-53 control has NIST's title on one line")
    func publishedTitles() throws {
        for control in ControlCatalogue.controls(of: .sp80053) {
            let title = try #require(ControlCatalogue.title(of: control), "\(control)")
            #expect((5...91).contains(title.count), "\(control): \(title)")
            #expect(!title.contains("\n") && title.first != " " && title.last != " ", "\(control): \(title)")
        }
    }

    @Test("Controls come in the order the framework prints them")
    func order() {
        #expect(ControlCatalogue.controls(of: .iso27001) == ControlCatalogue.controls(of: .iso27001).sorted())
        #expect(ControlCatalogue.controls(of: .sp80053) == ControlCatalogue.controls(of: .sp80053).sorted())
        #expect(ControlCatalogue.functions.map(\.id) == ["GV", "ID", "PR", "DE", "RS", "RC"])
    }

    @Test(
        "A known control is found with its title",
        arguments: [
            (ControlID.iso("A.8.15"), "Activity records made, kept and protected"),
            (.csf("PR.AA-05"), "Permissions by policy, with least privilege and separated duties"),
            (.sp80053("AC-6"), "Least Privilege"), (.sp80053("SC-7(5)"), "Deny by Default — Allow by Exception"),
            (.sp80053("SR-12"), "Component Disposal"),
        ])
    func titles(control: ControlID, title: String) {
        #expect(ControlCatalogue.contains(control))
        #expect(ControlCatalogue.title(of: control) == title)
    }

    @Test(
        "An id that does not exist is not found",
        arguments: [
            ControlID.iso("A.8.35"), .iso("A.9.1"), .iso("A.8"), .iso("A.8."), .iso("a.8.9"), .iso(""), .iso("AC-6"),
            .csf("PR.AA"), .csf("PR.AA-07"), .csf("ID.AM-06"), .csf("A.8.9"), .sp80053("AC"), .sp80053("AC-6(11)"),
            .sp80053("AC-06"), .sp80053("ac-6"), .sp80053("-"), .sp80053("PR.AA-05"),
        ])
    func unknown(control: ControlID) {
        #expect(!ControlCatalogue.contains(control))
        #expect(ControlCatalogue.title(of: control) == nil)
        #expect(ControlCatalogue.group(of: control) == nil)
    }

    @Test(
        "A control knows the group it stands in",
        arguments: [
            (ControlID.iso("A.5.15"), "A.5", "Organizational", nil),
            (.csf("DE.CM-01"), "DE.CM", "Continuous Monitoring", "Detect"),
            (.sp80053("AC-6(1)"), "AC", "Access Control", nil),
        ] as [(ControlID, String, String, String?)])
    func groups(control: ControlID, id: String, title: String, function: String?) throws {
        let group = try #require(ControlCatalogue.group(of: control))
        #expect(group.id == id)
        #expect(group.title == title)
        #expect(ControlCatalogue.function(of: group)?.title == function)
    }

    @Test("Every control is in exactly one group", arguments: ControlFramework.allCases)
    func groupsCover(framework: ControlFramework) {
        let groups = ControlCatalogue.groups(of: framework)
        #expect(groups.flatMap(ControlCatalogue.controls(in:)) == ControlCatalogue.controls(of: framework))
        #expect(Set(groups.map(\.id)).count == groups.count)
        for group in groups {
            for control in ControlCatalogue.controls(in: group) {
                #expect(ControlCatalogue.group(of: control) == group, "\(control)")
            }
        }
    }

    @Test("A CSF function holds the subcategories of its categories")
    func functions() {
        let counts = ControlCatalogue.functions.map { ControlCatalogue.controls(in: $0).count }
        #expect(counts == [31, 21, 22, 11, 13, 8])
        #expect(ControlCatalogue.functions.allSatisfy { ControlCatalogue.function(of: $0) == nil })
    }
}
