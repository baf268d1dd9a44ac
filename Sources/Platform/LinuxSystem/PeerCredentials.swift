private import CLinux
private import Glibc

/// Who connected, by the kernel's word at the time of connect(2) (unix(7), `SO_PEERCRED`): nothing the peer says is in it. Whoever opens
/// the connection and hands it on answers for it.
package struct PeerCredentials: Sendable {
    /// The process, held so that its number cannot come to mean another.
    package let process: ProcessHandle
    package let user: UInt32
    package let group: UInt32
    /// Supplementary groups.
    package let groups: [UInt32]
    /// Whether the kernel handed out the handle with the credentials (`SO_PEERPIDFD`, Linux 6.5). Else it was opened by number after the
    /// fact: should the peer have ended in between and its number been given away, the handle holds a stranger. A caller that must know
    /// compares the start of the process with the time it accepted the connection.
    package let isHandleFromKernel: Bool

    init(socket number: Int32) throws(SystemError) {
        var pid: pid_t = 0
        var (user, group): (UInt32, UInt32) = (0, 0)
        try systemCall("ask for the peer's credentials") { bailey_peer_credentials(number, &pid, &user, &group) }
        // Zero is a process that our process namespace does not see (pid_namespaces(7)).
        guard pid > 0 else { throw SystemError("identify", "the peer", code: .noProcess) }
        (self.user, self.group) = (user, group)
        var groups = [UInt32](repeating: 0, count: 65536)
        let count = try systemCall("ask for the peer's groups") {
            bailey_peer_groups(number, &groups, Int32(groups.count))
        }
        self.groups = Array(groups.prefix(Int(count)))
        do throws(SystemError) {
            let pidfd = try systemCall("ask for the peer's process") { bailey_peer_pidfd(number) }
            process = ProcessHandle(id: pid, descriptor: SharedDescriptor(owning: pidfd))
            isHandleFromKernel = true
        } catch  where error.code == .other(number: ENOPROTOOPT) {
            process = try ProcessHandle(opening: pid)
            isHandleFromKernel = false
        }
    }
}
