import HostModel
import LinuxSystem

/// Finds who writes the log, where it is kept and where it is sent.
struct LoggingSurvey {
    private static let daemons = [
        "systemd-journald": ["/usr/lib/systemd/systemd-journald", "/lib/systemd/systemd-journald"],
        "rsyslogd": ["/usr/sbin/rsyslogd"], "syslog-ng": ["/usr/sbin/syslog-ng"],
        "systemd-journal-upload": ["/usr/lib/systemd/systemd-journal-upload", "/lib/systemd/systemd-journal-upload"],
        "fluent-bit": ["/usr/bin/fluent-bit", "/opt/fluent-bit/bin/fluent-bit"], "vector": ["/usr/bin/vector"],
        "filebeat": ["/usr/share/filebeat/bin/filebeat"], "promtail": ["/usr/bin/promtail"],
        "wazuh-agentd": ["/var/ossec/bin/wazuh-agentd"],
    ]
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func read() -> Observation<LoggingState> {
        var found: [String: Bool?] = [:]
        for (name, paths) in Self.daemons where paths.contains(where: { source.tree.hasFile($0) }) {
            found[name] = .some(source.isRunning(name))
        }
        let forwardings: [LoggingState.Forwarding]
        switch LogForwarding(source.tree).read() {
        case .seen(let value, _): forwardings = value
        case .absent: forwardings = []
        case .unseen(let gap): return .unseen(gap)
        }
        let storage = found["systemd-journald"] == nil ? nil : journalStorage()
        if case .unseen(let gap) = source.journald { return .unseen(gap) }
        return .seen(
            LoggingState(
                daemons: found, journalStorage: storage?.kind, journalStorageReason: storage?.reason ?? "no journald",
                forwardings: forwardings),
            from: "logging daemons and their configuration")
    }

    /// journald.conf(5): `auto`, the default, is persistent when `/var/log/journal` is there.
    private func journalStorage() -> (kind: String, reason: String) {
        let written = source.journald.value?.value("Storage")
        let hasDirectory = source.tree.hasFile("/var/log/journal")
        switch written?.lowercased() ?? "auto" {
        case "auto":
            return hasDirectory
                ? ("persistent", "Storage=auto, and /var/log/journal is there")
                : ("volatile", "Storage=auto, and there is no /var/log/journal")
        case let kind: return (kind, "Storage=\(kind)")
        }
    }
}

/// Reads where rsyslog, syslog-ng and journald's uploader send records.
struct LogForwarding {
    private let tree: FileTree

    init(_ tree: FileTree) { self.tree = tree }

    func read() -> Observation<[LoggingState.Forwarding]> {
        var forwardings: [LoggingState.Forwarding] = []
        for (program, patterns) in [
            ("rsyslog", ["/etc/rsyslog.conf", "/etc/rsyslog.d/*.conf"]),
            ("syslog-ng", ["/etc/syslog-ng/syslog-ng.conf", "/etc/syslog-ng/conf.d/*.conf"]),
            (
                "systemd-journal-upload",
                ["/etc/systemd/journal-upload.conf", "/etc/systemd/journal-upload.conf.d/*.conf"]
            ),
        ] {
            for pattern in patterns {
                do throws(SystemError) {
                    for path in try PathPattern(pattern).expand(in: tree) {
                        switch tree.observeText(path, limit: 1 << 20) {
                        case .seen(let text, _): forwardings += Self.forwardings(of: program, in: text, path: path)
                        case .absent: continue
                        case .unseen(let gap): return .unseen(gap)
                        }
                    }
                } catch {
                    return .unseen(error.gap(pattern))
                }
            }
        }
        return .seen(forwardings, from: "rsyslog, syslog-ng and journal-upload")
    }

    private static func forwardings(of program: String, in text: String, path: String) -> [LoggingState.Forwarding] {
        ConfigurationText(text: text, path: path).compactMap { line in
            target(program, line.text).map { .init(target: $0, program: program, location: line.location) }
        }
    }

    private static func target(_ program: String, _ line: Substring) -> String? {
        switch program {
        case "rsyslog": rsyslogTarget(line)
        case "syslog-ng": syslogNGTarget(line)
        default: line.hasPrefix("URL=") ? String(line.dropFirst(4)) : nil
        }
    }

    /// `selector @host` (UDP), `selector @@host:port` (TCP), `:omrelp:host:port`, and `target="host"` of an action.
    private static func rsyslogTarget(_ line: Substring) -> String? {
        if let target = quoted(after: "target=", in: line) { return isLocal(target) ? nil : target }
        let words = line.split(whereSeparator: \.isBlank)
        guard words.count >= 2, let action = words.last else { return nil }
        if action.hasPrefix(":omrelp:") { return String(action.dropFirst(8)) }
        guard action.hasPrefix("@") else { return nil }
        var target = action.drop { $0 == "@" }
        // Options stand in parentheses in front: `@@(o)host`.
        if target.first == "(", let end = target.firstIndex(of: ")") { target = target[target.index(after: end)...] }
        let host = String(target.prefix { $0 != ";" })
        return host.isEmpty || isLocal(host) ? nil : host
    }

    /// `network("host" …)`, `syslog("host" …)`, `tcp("host" …)`, `udp("host" …)` of a destination.
    private static func syslogNGTarget(_ line: Substring) -> String? {
        for driver in ["network(", "syslog(", "tcp(", "udp("] {
            guard let start = line.firstRange(of: driver) else { continue }
            let rest = line[start.upperBound...].trimmed
            guard rest.first == "\"" else { continue }
            let host = String(rest.dropFirst().prefix { $0 != "\"" })
            if !host.isEmpty, !isLocal(host) { return host }
        }
        return nil
    }

    private static func quoted(after name: String, in line: Substring) -> String? {
        guard let start = line.lowercased().firstRange(of: name) else { return nil }
        let rest = line.lowercased()[start.upperBound...]
        guard rest.first == "\"" else { return nil }
        let text = String(rest.dropFirst().prefix { $0 != "\"" })
        return text.isEmpty ? nil : text
    }

    private static func isLocal(_ target: String) -> Bool {
        ["localhost", "127.", "::1", "[::1]", "/"].contains { target.hasPrefix($0) }
    }
}
