import ControlFrameworks
import Findings
import HostModel

/// polkit lets nobody act as root without proof. Defaults of actions and `.pkla` entries can be judged; a rule in JavaScript that may
/// answer yes cannot, so that somebody has to read it.
struct PolkitAsksForProof: BypassCheck {
    let description = CheckDescription(
        id: "polkit-asks-for-proof", title: "polkit asks for proof before it lets anybody act as root",
        category: .privilege, risk: .high,
        rationale:
            "An action like starting a unit of one's own is root; a rule that answers yes gives it to every program of the session.",
        remediation:
            "Read the rule; answer polkit.Result.AUTH_ADMIN in place of YES, or remove it from /etc/polkit-1.",
        controls: [
            .iso("A.8.2"), .iso("A.8.5"), .iso("A.8.18"), .csf("PR.AA-05"), .sp80053("AC-3"), .sp80053("AC-6"),
        ])

    /// Actions that come to being root: they run programs, write units, accounts or packages of the caller's choice.
    private static let rootEquivalent = [
        "org.freedesktop.policykit.exec", "org.freedesktop.systemd1.manage-units",
        "org.freedesktop.systemd1.manage-unit-files", "org.freedesktop.accounts.user-administration",
        "org.freedesktop.machine1.host-shell",
        "org.freedesktop.packagekit.package-install-untrusted", "org.debian.apt.install-file",
        "org.debian.apt.install-or-remove-packages", "org.libvirt.unix.manage",
        "org.freedesktop.portable1.attach-images", "org.freedesktop.sysupdate1.update",
    ]

    func search(_ context: AssessmentContext) -> BypassSearch {
        var search = BypassSearch()
        guard let (polkit, source) = search.look(at: context.snapshot.polkit) else { return search }
        for action in polkit.openActions { judge(action, &search) }
        for entry in polkit.entries { judge(entry, &search) }
        for script in polkit.scripts {
            search.finds(
                Bypass(
                    .undecided, "\(script.location.displayed) grants without proof: read it",
                    Resource(.rule, script.location),
                    evidence: [Evidence(script.text.displayed, from: script.location.displayed)]))
        }
        for gap in polkit.gaps { search.misses(gap) }
        search.sees("\(polkit.openActions.count) actions need no proof by default", from: source)
        return search
    }

    /// Most actions that ask for nothing are harmless, like suspending one's own machine; these are counted only.
    private func judge(_ action: PolkitPolicy.OpenAction, _ search: inout BypassSearch) {
        guard action.program != nil || Self.rootEquivalent.contains(action.id) else { return }
        let whom = action.settings.contains("allow_any") ? "anybody" : "whoever sits at the host"
        let what = action.program.map { "\(whom) may run \($0.displayed) as root by pkexec" }
        search.finds(
            Bypass(
                .open, what ?? "\(whom) may do \(action.id.displayed) without proof", Resource(.rule, action.id),
                evidence: [
                    Evidence(
                        "\(action.id.displayed): \(action.settings.joined(separator: ", ")) yes",
                        from: action.location.displayed)
                ]))
    }

    private func judge(_ entry: PolkitPolicy.Entry, _ search: inout BypassSearch) {
        let grants = Self.rootEquivalent.filter { id in entry.actions.contains { Self.matches($0, id) } }
        let identities = entry.identities.joined(separator: ", ").displayed
        let actions = entry.actions.joined(separator: ", ").displayed
        search.finds(
            Bypass(
                grants.isEmpty ? .noted : .open, "\(identities) may do \(actions) without proof",
                Resource(.rule, entry.location), accounts: entry.identities,
                evidence: [
                    Evidence("\(entry.settings.joined(separator: ", "))=yes for \(actions)", from: entry.location)
                ]))
    }

    /// A star stands for anything.
    private static func matches(_ pattern: String, _ id: String) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return pattern == id }
        return id.hasPrefix(pattern[..<star]) && id.hasSuffix(pattern[pattern.index(after: star)...].drop { $0 == "*" })
    }
}
