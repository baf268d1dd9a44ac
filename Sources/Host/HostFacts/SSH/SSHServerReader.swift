import HostModel
import LinuxSystem

/// Puts together what the SSH server of a tree works with: how it was started, its files, its defaults.
struct SSHServerReader {
    private static let program = "/usr/sbin/sshd"
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func read() -> Observation<SSHServerConfiguration> {
        switch source.tree.observeFile(Self.program) {
        case .absent(_, let path): return .absent(why: "no SSH server is installed", from: path)
        case .unseen(let gap): return .unseen(gap)
        case .seen: break
        }
        let running = source.processes.value.map { $0.filter(Self.isServer) }
        let arguments = running?.first.map { Self.arguments(of: $0) } ?? startOptions()
        let start = SSHStartOptions(arguments)
        var files = SSHServerFiles(source.tree)
        for option in start.settings { files.read(option: option) }
        files.read(file: start.configurationFile)
        if let gap = files.gap { return .unseen(gap) }
        let origin =
            running?.isEmpty == false ? "\(start.configurationFile) and the running sshd" : start.configurationFile
        var configuration = SSHServerConfiguration(
            settings: files.settings(), locations: files.locations, conditionalBlocks: files.blocks,
            isRunning: running.map { !$0.isEmpty })
        configuration.hostKeys = hostKeys(configuration.settings["hostkey"] ?? [])
        return .seen(configuration, from: origin)
    }

    /// A key that is not there is not used; `sshd` only warns of it.
    private func hostKeys(_ paths: [String]) -> Observation<[HostFile]> {
        var files: [HostFile] = []
        for path in paths {
            switch source.tree.observeFile(path) {
            case .seen(let file, _): files.append(file)
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            }
        }
        return .seen(files, from: paths.joined(separator: ", "))
    }

    /// The process that accepts connections: those that serve one show another title.
    private static func isServer(_ process: HostProcess) -> Bool {
        guard process.container == nil, process.runs("sshd") else { return false }
        guard let title = process.commandLine.first, title.hasPrefix("sshd: ") else { return true }
        return title.contains("[listener]")
    }

    /// The server shows its arguments in its title: `sshd: /usr/sbin/sshd -D -o X=y [listener] 0 of 10-100 startups`.
    private static func arguments(of process: HostProcess) -> [String] {
        guard let title = process.commandLine.first, title.hasPrefix("sshd: ") else {
            return Array(process.commandLine.dropFirst())
        }
        return title.split(separator: " ").dropFirst(2).prefix { $0 != "[listener]" }.map(String.init)
    }

    /// What Debian's unit starts it with, for a server that does not run now.
    private func startOptions() -> [String] {
        guard let text = source.tree.observeText("/etc/default/ssh").value else { return [] }
        for line in ConfigurationText(text: text, path: "/etc/default/ssh") {
            guard let (key, value) = line.assignment, key == "SSHD_OPTS" else { continue }
            return value.unquoted.split(separator: " ").map(String.init)
        }
        return []
    }
}

/// The command line of sshd(8) as far as it changes settings.
struct SSHStartOptions {
    var configurationFile = "/etc/ssh/sshd_config"
    /// Lines as in the file.
    var settings: [String] = []

    private static let optionsWithValue: Set<Character> = ["C", "E", "b", "c", "f", "g", "h", "k", "o", "p", "u"]

    init(_ arguments: [String]) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.first == "-" else { continue }
            var letters = argument.dropFirst()
            while let letter = letters.popFirst() {
                guard Self.optionsWithValue.contains(letter) else { continue }
                take(letter, letters.isEmpty ? rest.popFirst() ?? "" : String(letters))
                break
            }
        }
    }

    private mutating func take(_ letter: Character, _ value: String) {
        switch letter {
        case "f": configurationFile = value
        case "o": settings.append(value)
        case "p": settings.append("Port \(value)")
        case "h": settings.append("HostKey \(value)")
        default: break
        }
    }
}
