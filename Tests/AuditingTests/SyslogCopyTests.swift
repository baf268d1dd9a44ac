import FoundationEssentials
import Glibc
import TestSupport
import Testing

@testable import Auditing

@Suite struct SyslogCopyTests {
    @Test("A record that is on disk is sent on as RFC 5424 has it, in the order of the chain")
    func copies() throws {
        let directory = try LogDirectory()
        let receiver = try Receiver("\(directory.tree.path)/dev-log")
        let copy = try SyslogCopy(host: "host name", path: receiver.path)
        do {
            let log = try AuditLog(directory.configuration(), copies: [copy])
            try log.append(AuditDraft(.start, request: #"r"]\"#, actor: "alice(1000)"))
        }
        let (first, second) = (receiver.next(), receiver.next())
        let records = try directory.records()
        #expect(
            first.hasPrefix(
                "<86>1 \(records[0].time) hostname bailey-broker \(getpid()) log_started [bailey@32473 sequence=\"1\" ")
        )
        #expect(second.contains(#"hash="\#(records[1].hash)" request="r\"\]\\"] {"sequence":2,"#))
        #expect(second.hasSuffix(try directory.lines()[1]))
        #expect(copy.missedCount == 0)
    }

    @Test("A daemon that is not there is not waited for; what it missed is counted, and the log goes on")
    func nobodyThere() throws {
        let directory = try LogDirectory()
        let copy = try SyslogCopy(host: "host", path: "\(directory.tree.path)/none")
        try AuditLog(directory.configuration(), copies: [copy]).append(LogDirectory.draft(1))
        #expect(copy.missedCount == 2)
        #expect(try directory.verify().isSound)
    }
}

/// A socket that a daemon would listen at.
private final class Receiver {
    let path: String
    private let descriptor: Int32

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let status = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else { throw TestSupportError("bind \(path)") }
    }

    deinit { close(descriptor) }

    /// The next datagram; empty when there is none.
    func next() -> String {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}
