package import HostModel
private import LinuxSystem

/// What only the running kernel can say, asked through functions, so that a tree that is not running, and a test, can answer in its
/// place. Each is asked once, and only when it is needed.
package struct KernelSource: Sendable {
    package var clock: @Sendable () -> Observation<ClockState>
    package var firewall: @Sendable () -> Observation<FirewallState>
    package var audit: @Sendable () -> Observation<AuditState.Kernel>

    package init(
        clock: @escaping @Sendable () -> Observation<ClockState>,
        firewall: @escaping @Sendable () -> Observation<FirewallState>,
        audit: @escaping @Sendable () -> Observation<AuditState.Kernel>
    ) {
        self.clock = clock
        self.firewall = firewall
        self.audit = audit
    }

    /// The kernel that runs now.
    package static let running = KernelSource(
        clock: readClock, firewall: PacketFilterSurvey.read, audit: KernelAuditSurvey.read)

    private static func readClock() -> Observation<ClockState> {
        do throws(SystemError) {
            let clock = try KernelClock.read()
            return .seen(
                ClockState(
                    isSynchronized: clock.isSynchronized, estimatedError: clock.estimatedError,
                    maximumError: clock.maximumError),
                from: "adjtimex(2)")
        } catch {
            return .unseen(error.gap("the kernel's clock"))
        }
    }

    /// The kernel of a file tree that does not run: nothing of it can be seen.
    package static let none = KernelSource(
        clock: { .unseen(.notRunning("the kernel's clock")) },
        firewall: { .unseen(.notRunning("the kernel's packet filter")) },
        audit: { .unseen(.notRunning("the kernel's audit state")) })
}

extension Gap {
    /// For what only a running system has, when a mere file tree is looked at.
    static func notRunning(_ what: String) -> Gap {
        Gap(what: what, why: "not the running system", remedy: "assess the host itself, without --root")
    }
}
