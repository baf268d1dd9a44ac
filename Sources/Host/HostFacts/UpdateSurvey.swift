import HostModel
import LinuxSystem

import struct FoundationEssentials.Date

/// Finds out how current a Debian-like host keeps itself.
struct UpdateSurvey {
    private let source: FactSource
    private var tree: FileTree { source.tree }

    init(_ source: FactSource) { self.source = source }

    func read() -> Observation<UpdateState> {
        guard tree.hasFile("/var/lib/dpkg/status") else {
            return .unseen(Gap(what: "updates", why: "only packages of dpkg and apt are known here"))
        }
        let release = tree.observeText("/proc/sys/kernel/osrelease", limit: 4096).map {
            String(Substring($0.prefix { $0 != "\n" }))
        }
        return .seen(
            UpdateState(
                listsRefreshedAt: listsRefreshedAt(), automaticUpdates: automaticUpdates(),
                rebootRequestedBy: rebootRequestedBy(),
                runningKernel: source.isLive ? release : .unseen(.notRunning("the running kernel")),
                installedKernels: installedKernels()),
            from: "apt and dpkg")
    }

    /// The newest sign of a fetch: apt renames finished lists out of `partial`, and its daily job and update-notifier leave stamps.
    private func listsRefreshedAt() -> Observation<Date> {
        let lists = "/var/lib/apt/lists"
        let names = tree.observeNames(lists)
        guard case .seen(let files, _) = names else { return names.map { _ in Date(timeIntervalSince1970: 0) } }
        guard files.contains(where: { $0.hasSuffix("Release") || $0.contains("_Packages") }) else {
            return .absent(why: "no package list was ever fetched, or all were removed", from: lists)
        }
        let signs = [
            lists, "\(lists)/partial", "/var/lib/apt/periodic/update-stamp",
            "/var/lib/apt/periodic/update-success-stamp",
        ]
        let newest = signs.compactMap { tree.observeFile($0).value }.max { $0.modifiedAt < $1.modifiedAt }
        guard let newest else { return .unseen(Gap(what: lists, why: "its age cannot be read")) }
        return .seen(Date(timeIntervalSince1970: Double(newest.modifiedAt)), from: newest.path)
    }

    private func automaticUpdates() -> Observation<UpdateState.AutomaticUpdates> {
        guard tree.hasFile("/usr/bin/unattended-upgrade") || tree.hasFile("/usr/bin/unattended-upgrades") else {
            return .absent(why: "unattended-upgrades is not installed", from: "/usr/bin/unattended-upgrade")
        }
        return source.apt.map { apt in
            let units = source.units.value
            let isScheduled = ["apt-daily.timer", "apt-daily-upgrade.timer"].allSatisfy {
                units?.isEnabled($0) ?? false
            }
            return UpdateState.AutomaticUpdates(
                program: "unattended-upgrades",
                listsEveryDays: AptPeriod.days(apt.value("APT::Periodic::Update-Package-Lists")),
                upgradeEveryDays: AptPeriod.days(apt.value("APT::Periodic::Unattended-Upgrade")),
                isScheduled: (isScheduled || tree.hasFile("/etc/cron.daily/apt-compat"))
                    && apt.value("APT::Periodic::Enable") != "0",
                origins: apt.list("Unattended-Upgrade::Origins-Pattern")
                    + apt.list("Unattended-Upgrade::Allowed-Origins"))
        }
    }

    private func rebootRequestedBy() -> [String]? {
        guard tree.hasFile("/run/reboot-required") || tree.hasFile("/var/run/reboot-required") else { return nil }
        let packages = tree.observeText("/run/reboot-required.pkgs", limit: 64 << 10).value ?? ""
        return Array(Set(packages.split(separator: "\n").map(String.init))).sorted()
    }

    private func installedKernels() -> [String] {
        let images = tree.observeNames("/boot").value ?? []
        return images.filter { $0.hasPrefix("vmlinuz-") }.map { String($0.dropFirst("vmlinuz-".count)) }
            .sorted { KernelRelease($1) < KernelRelease($0) }
    }
}

/// How often apt's daily job does a thing.
enum AptPeriod {
    /// A number of days, `always`, or a number with a unit (`12h`), which counts as one day; 0 is never.
    static func days(_ text: String?) -> Int {
        guard let text else { return 0 }
        if text == "always" { return 1 }
        if let days = Int(text) { return max(0, days) }
        guard let unit = text.last, let number = Int(text.dropLast()), number > 0 else { return 0 }
        return unit == "d" ? number : 1
    }
}

/// A kernel release in its order: runs of digits compare as numbers, all else as text.
struct KernelRelease: Comparable {
    private let runs: [Run]

    private enum Run: Comparable {
        case text(String)
        case number(Int)
    }

    init(_ text: String) {
        var runs: [Run] = []
        var rest = text[...]
        while let first = rest.first {
            let isDigit = first.isASCII && first.isNumber
            let run = rest.prefix { ($0.isASCII && $0.isNumber) == isDigit }
            runs.append(isDigit ? .number(Int(run.prefix(18)) ?? 0) : .text(String(run)))
            rest = rest.dropFirst(run.count)
        }
        self.runs = runs
    }

    static func < (left: KernelRelease, right: KernelRelease) -> Bool {
        left.runs.lexicographicallyPrecedes(right.runs)
    }
}
