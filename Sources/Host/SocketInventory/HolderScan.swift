internal import HostModel
internal import LinuxSystem
private import Synchronization

/// Which processes have which sockets open, from the descriptors of every process.
struct HolderScan: Sendable {
    struct Holding: Sendable {
        var inode: UInt64
        var process: Int32
        var descriptor: Int32
    }

    var holdings: [Holding] = []
    /// Open files that are network namespaces: another way for one to stay alive unseen.
    var namespaceFiles: [Holding] = []
    /// Processes whose open files may not be read.
    var refused: [Int32] = []

    init() {}

    mutating func merge(_ other: HolderScan) {
        holdings += other.holdings
        namespaceFiles += other.namespaceFiles
        refused += other.refused
    }

    /// Reads the descriptors of `processes` on two threads: the work is system calls, one a descriptor, and they run side by side.
    init(of processes: [Int32]) {
        let queue = ProcessQueue(processes)
        guard processes.count > 1, let other = try? OwnThread({ HolderScan(draining: queue) }) else {
            self.init(draining: queue)
            return
        }
        self.init(draining: queue)
        merge(other.join())
    }

    /// Reads the descriptors of every thread of `processes`: a thread may have a descriptor table of its own (`CLONE_FILES` unshared),
    /// which the process's does not show.
    init(ofThreadsOf processes: [Int32]) {
        for process in processes {
            guard let tasks = try? Directory(opening: "/proc/\(process)/task"),  // it ended
                let threads = try? tasks.entries(), threads.count > 1
            else { continue }
            for thread in threads {
                guard let id = Int32(thread.name), id != process,
                    !ProcessDescriptors.areShared(process: process, thread: id)
                else { continue }
                take("/proc/\(process)/task/\(thread.name)/fd", process)
            }
        }
    }

    private init(draining queue: ProcessQueue) {
        while let process = queue.next() { take("/proc/\(process)/fd", process) }
    }

    private mutating func take(_ path: String, _ process: Int32) {
        do throws(SystemError) {
            let descriptors = try ProcessDescriptors(at: path)
            holdings.reserveCapacity(holdings.count + descriptors.sockets.count)
            for socket in descriptors.sockets {
                holdings.append(Holding(inode: socket.inode, process: process, descriptor: socket.descriptor))
            }
            if descriptors.refused > 0 { refused.append(process) }
            for file in descriptors.namespaces {
                namespaceFiles.append(Holding(inode: file.inode, process: process, descriptor: file.descriptor))
            }
        } catch {
            // A process that ended meanwhile holds nothing.
            if error.isPermission { refused.append(process) }
        }
    }

    /// Hands each process to one of the threads.
    private final class ProcessQueue: Sendable {
        private let processes: [Int32]
        private let position = Atomic<Int>(0)

        init(_ processes: [Int32]) { self.processes = processes }

        func next() -> Int32? {
            let index = position.wrappingAdd(1, ordering: .relaxed).oldValue
            return index < processes.count ? processes[index] : nil
        }
    }
}
