import Foundation
import HostModel
import SocketInventory
import TestSupport

/// Real sockets in a network namespace of the test's own.
final class SocketScene {
    private let program: RunningProgram
    let namespace: NamespaceID
    /// Scenes the kernel could not play.
    let missing: [String]

    var process: Int32 { program.id }

    /// Starts the scenes in a new network namespace whose loopback interface is up.
    init(_ scenes: String...) throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Programs/open-sockets.py").path
        let start = "ip link set lo up && exec python3 \(script) \(scenes.joined(separator: " "))"
        program = try RunningProgram(["unshare", "--net", "sh", "-c", start])
        let words = program.announcement.split(separator: " ")
        guard let id = words.first.flatMap({ UInt64($0) }) else {
            throw ProgramFailure(text: "no namespace in \(program.announcement)")
        }
        namespace = NamespaceID(id)
        missing = words.dropFirst().map(String.init)
        if !missing.isEmpty { print("not run: the kernel lacks \(missing.joined(separator: ", "))") }
    }

    /// The inventory of the whole host, and of it the sockets of this namespace.
    func inventory() -> (table: SocketTable, sockets: [Socket]) {
        let table = SocketCollector.collect()
        return (table, table.sockets.filter { table.namespace(of: $0).id == namespace })
    }

    /// What `ss` says in this namespace.
    func ss(_ arguments: String...) throws -> [String] {
        try RunningProgram.output(
            of: ["nsenter", "--net=/proc/\(process)/ns/net", "ss", "-H", "-n", "-a", "-O"] + arguments
        )
        .split(separator: "\n").map(String.init)
    }
}

/// Root makes namespaces and enters them; without it these tests cannot run, and say so.
let isRoot: Bool = {
    if geteuid() != 0 { print("not run without root: tests in network namespaces") }
    return geteuid() == 0
}()
