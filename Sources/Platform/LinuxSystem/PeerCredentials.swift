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
        groups = try Self.groups(of: number)
        do throws(SystemError) {
            let pidfd = try systemCall("ask for the peer's process") { bailey_peer_pidfd(number) }
            process = ProcessHandle(id: pid, descriptor: SharedDescriptor(owning: pidfd))
            isHandleFromKernel = true
        } catch  where error.code == .other(number: ENOPROTOOPT) {
            process = try ProcessHandle(opening: pid)
            isHandleFromKernel = false
        }
    }
    /// Asks with room for those of most users first: the most there may be (NGROUPS_MAX) are 256 KiB, to be made ready for each client.
    private static func groups(of number: Int32) throws(SystemError) -> [UInt32] {
        do throws(SystemError) {
            return try groups(of: number, atMost: 64)
        } catch  where error.code == .other(number: ERANGE) {
            return try groups(of: number, atMost: 65536)
        }
    }

    private static func groups(of number: Int32, atMost capacity: Int32) throws(SystemError) -> [UInt32] {
        var groups = [UInt32](repeating: 0, count: Int(capacity))
        let count = try systemCall("ask for the peer's groups") { bailey_peer_groups(number, &groups, capacity) }
        return Array(groups.prefix(Int(count)))
    }
}
