import HostModel

/// `login_defs.<KEY>`: a setting of login.defs(5), or the default of the shadow tools; absent where the file, and so the tools, are not there.
struct LoginDefsFact: FactCollector {
    static let prefix = "login_defs"
    private static let path = "/etc/login.defs"
    private static let defaults = [
        "PASS_MAX_DAYS": "-1", "PASS_MIN_DAYS": "-1", "PASS_WARN_AGE": "-1", "UMASK": "022", "ENCRYPT_METHOD": "DES",
        "UID_MIN": "1000", "UID_MAX": "60000", "SYS_UID_MIN": "101", "SYS_UID_MAX": "999", "GID_MIN": "1000",
        "GID_MAX": "60000", "LOGIN_RETRIES": "3", "LOGIN_TIMEOUT": "60", "FAIL_DELAY": "3",
        "SHA_CRYPT_MIN_ROUNDS": "5000", "YESCRYPT_COST_FACTOR": "5", "USERGROUPS_ENAB": "no",
        "LOG_OK_LOGINS": "no", "FAILLOG_ENAB": "no",
    ]
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func observe(_ name: Substring) -> Observation<FactValue> {
        let text = source.tree.observeText(Self.path)
        guard case .seen(let content, _) = text else { return text.map { _ in .flag(false) } }
        // The last line with a name wins.
        var found: (value: Substring, location: String)?
        for line in ConfigurationText(text: content, path: Self.path) {
            let words = line.words
            guard words.count > 1, words[0] == name else { continue }
            found = (words[1].unquoted, line.location)
        }
        if let found { return .seen(FactValue(number: found.value), from: found.location) }
        if let value = Self.defaults[String(name)] {
            return .seen(FactValue(number: value), from: "default; \(Self.path) does not set it")
        }
        return .absent(why: "\(name) is not set", from: Self.path)
    }
}
