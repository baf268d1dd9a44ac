internal import LinuxSystem

/// The program that forks the monitors of commands: installed beside the broker, and trusted as it is.
enum SpawnerProgram {
    private static let name = "bailey-spawner"

    static func path() throws(SystemError) -> String {
        let broker = try CurrentProcess.executablePath()
        return broker.prefix(through: broker.lastIndex(of: "/") ?? broker.startIndex) + name
    }
}
