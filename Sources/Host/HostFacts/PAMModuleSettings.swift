import HostModel

/// The settings of a PAM module that has a configuration file of its own: arguments in the PAM configuration count before the file, and
/// the file before the defaults.
struct PAMModuleSettings {
    var module: String
    /// The services in which the module is looked for, the first that has it counting.
    var services: [String]
    var defaults: [String: String]
    /// Settings that are on when they are there.
    var flags: Set<String>

    func observe(
        _ name: Substring, settings: Observation<SettingsFile>, _ source: FactSource
    ) -> Observation<FactValue> {
        var used: (service: String, entry: PAMService.Entry)?
        for service in services where used == nil {
            switch PAMService.read(service, in: source.tree) {
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            case .seen(let found, let origin): used = found.entry(module: module).map { (origin, $0) }
            }
        }
        // Debian ships the files of modules that nothing runs: what they say is then in force nowhere.
        guard let used else { return .absent(why: "\(module) is not in use", from: "/etc/pam.d") }
        if case .unseen(let gap) = settings { return .unseen(gap) }
        let arguments = used.entry.arguments
        let place = used.service
        if flags.contains(String(name)) {
            let isSet = arguments.contains(String(name)) || settings.value?.value(String(name)) != nil
            return .seen(.flag(isSet), from: place)
        }
        if let argument = arguments.first(where: { $0.hasPrefix("\(name)=") }) {
            return .seen(FactValue(number: argument.dropFirst(name.count + 1)), from: place)
        }
        if case .seen(let file, let origin) = settings, let value = file.value(String(name)) {
            return .seen(FactValue(number: value), from: origin)
        }
        guard let value = defaults[String(name)] else {
            return .absent(why: "\(name) is not set", from: place)
        }
        return .seen(FactValue(number: value), from: "default of \(module)")
    }
}

extension FactValue {
    /// A number where the text is one, else the text.
    init(number text: some StringProtocol) { self = Int(text).map { .number($0) } ?? .text(String(text)) }
}

extension Observation<SettingsFile> {
    /// A setting of the file, or its default: files that are not there set nothing.
    func setting(_ name: Substring, defaults: [String: String], else path: String) -> Observation<FactValue> {
        if case .unseen(let gap) = self { return .unseen(gap) }
        if case .seen(let file, let origin) = self, let value = file.value(String(name)) {
            return .seen(FactValue(number: value), from: origin)
        }
        guard let value = defaults[String(name)] else { return .absent(why: "\(name) is not set", from: path) }
        return .seen(FactValue(number: value), from: "default; \(path) does not set it")
    }
}
