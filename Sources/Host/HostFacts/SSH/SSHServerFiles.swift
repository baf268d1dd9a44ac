import HostModel
import LinuxSystem

/// Reads sshd_config(5) as the server does: the first value of a keyword wins, `Include` is read where it stands, and what follows
/// `Match` holds only for connections that meet it, to the next `Match` or the end of the file.
///
/// Settings are kept by keyword in lower case with one entry a value; see `SSHSettingForm` for how values are written.
struct SSHServerFiles {
    /// The server itself stops at this depth too.
    private static let maximumDepth = 16
    private static let maximumFiles = 256

    private let tree: FileTree
    private var global: [String: [String]] = [:]
    private(set) var locations: [String: String] = [:]
    private(set) var blocks: [SSHServerConfiguration.ConditionalBlock] = []
    /// The block that lines belong to now; nil outside of any.
    private var currentBlock: Int?
    private var filesRead = 0
    /// The first thing that could not be read: what is in it could change everything.
    private(set) var gap: Gap?

    init(_ tree: FileTree) { self.tree = tree }

    /// Takes a setting of the command line (`-o`), which comes before the files.
    mutating func read(option: String) {
        take(ConfigurationLine(text: Substring(option).trimmed, path: "command line of sshd", number: 0), depth: 0)
    }

    mutating func read(file path: String, depth: Int = 0) {
        guard depth <= Self.maximumDepth, filesRead < Self.maximumFiles else {
            gap = gap ?? Gap(what: path, why: "included too deep or too often")
            return
        }
        filesRead += 1
        switch tree.observeText(path, limit: 1 << 20) {
        case .seen(let text, _):
            for line in ConfigurationText(text: text, path: path) { take(line, depth: depth) }
        case .absent:
            // A pattern that matched nothing is fine; without the main file the server does not start, and defaults are all there is.
            break
        case .unseen(let unreadable): gap = gap ?? unreadable
        }
    }

    /// What is in force outside of blocks, defaults included.
    func settings() -> [String: [String]] {
        var settings = SSHServerDefaults.settings.merging(global) { _, written in written }
        let ports = settings["port"] ?? []
        // Each address without a port of its own listens on every port.
        settings["listenaddress"] = (settings["listenaddress"] ?? []).flatMap { address in
            SSHSettingForm.hasPort(address)
                ? [SSHSettingForm.bracketed(address)]
                : ports.map { "\(SSHSettingForm.bracketed(address)):\($0)" }
        }
        return settings
    }

    private mutating func take(_ line: ConfigurationLine, depth: Int) {
        guard let (keyword, arguments) = SSHSettingForm.split(line.text) else { return }
        switch keyword {
        case "include": include(arguments, depth: depth)
        case "match":
            blocks.append(
                .init(criteria: arguments.joined(separator: " "), settings: [:], location: line.location))
            currentBlock = blocks.count - 1
        default:
            if let block = currentBlock {
                SSHSettingForm.add(keyword, arguments, to: &blocks[block].settings)
            } else {
                SSHSettingForm.add(keyword, arguments, to: &global)
                if locations[keyword] == nil {
                    locations[keyword] = line.number == 0 ? line.path : line.location
                }
            }
        }
    }

    private mutating func include(_ patterns: [String], depth: Int) {
        for pattern in patterns {
            let path = pattern.hasPrefix("/") ? pattern : "/etc/ssh/\(pattern)"
            let outer = currentBlock
            do throws(SystemError) {
                for file in try PathPattern(path).expand(in: tree) {
                    read(file: file, depth: depth + 1)
                    // A block that a file opens ends with that file.
                    currentBlock = outer
                }
            } catch {
                gap = gap ?? error.gap(path)
            }
        }
    }
}
