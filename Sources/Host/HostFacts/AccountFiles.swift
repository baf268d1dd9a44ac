import HostModel
import LinuxSystem

/// Reads passwd(5), shadow(5) and group(5).
struct AccountFiles {
    private let tree: FileTree

    init(_ tree: FileTree) { self.tree = tree }

    func read() -> Observation<AccountDatabase> {
        var malformed: [String] = []
        let users = tree.observe("/etc/passwd") {
            entries($0, "/etc/passwd", fields: 7, &malformed).compactMap(account)
        }
        let groups = tree.observe("/etc/group") { entries($0, "/etc/group", fields: 4, &malformed).compactMap(group) }
        let shadow = tree.observe("/etc/shadow") { bytes in
            Dictionary(
                entries(bytes, "/etc/shadow", fields: 9, &malformed).map { (String($0[0]), password($0)) },
                uniquingKeysWith: { first, _ in first })
        }
        return users.map { users in
            var database = AccountDatabase(
                users: users, groups: groups.value ?? [], passwords: shadow, personIDs: personIDs())
            database.malformed = malformed
            return database
        }
    }

    /// Lines of `fields` fields between colons; others are noted. NIS lines (`+name`) are nobody's entry.
    private func entries(
        _ bytes: [UInt8], _ path: String, fields: Int, _ malformed: inout [String]
    ) -> [[Substring]] {
        var entries: [[Substring]] = []
        for line in ConfigurationText(text: ByteReadText.text(bytes), path: path) {
            let parts = line.text.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count == fields, !parts[0].isEmpty {
                entries.append(parts)
            } else if !line.text.hasPrefix("+") && !line.text.hasPrefix("-") {
                malformed.append(line.location)
            }
        }
        return entries
    }

    private func account(_ fields: [Substring]) -> Account? {
        guard let id = UInt32(fields[2]), let groupID = UInt32(fields[3]) else { return nil }
        return Account(
            name: String(fields[0]), userID: UserID(id), groupID: groupID, home: String(fields[5]),
            shell: String(fields[6]), inlinePassword: fields[1] == "x" ? nil : PasswordState(field: fields[1]))
    }

    private func group(_ fields: [Substring]) -> AccountGroup? {
        UInt32(fields[2]).map {
            AccountGroup(
                name: String(fields[0]), groupID: $0, members: fields[3].split(separator: ",").map(String.init))
        }
    }

    private func password(_ fields: [Substring]) -> PasswordRecord {
        PasswordRecord(
            state: PasswordState(field: fields[1]), lastChangedDay: Int(fields[2]), maximumDays: Int(fields[4]),
            expiresDay: Int(fields[7]))
    }

    private func personIDs() -> ClosedRange<UInt32> {
        guard let text = tree.observeText("/etc/login.defs").value else { return 1000...60000 }
        var limits: [Substring: UInt32] = [:]
        for line in ConfigurationText(text: text, path: "/etc/login.defs") {
            let words = line.words
            if words.count == 2, let number = UInt32(words[1]) { limits[words[0]] = number }
        }
        let lower = limits["UID_MIN"] ?? 1000
        return lower...max(lower, limits["UID_MAX"] ?? 60000)
    }
}

extension PasswordState {
    /// What a password field allows (shadow(5), crypt(5)).
    init(field: Substring) {
        if field.isEmpty {
            self = .empty
        } else if field.first == "!" || field.first == "*" || field == "x" {
            self = .locked
        } else if let method = PasswordHash(field: field) {
            self = .hashed(method)
        } else {
            // Shorter than any hash: no password can match it (crypt(5): a setting that is not valid).
            self = field.utf8.count < 13 ? .locked : .unrecognised
        }
    }
}

extension PasswordHash {
    private static let prefixes: [(String, PasswordHash)] = [
        ("$y$", .yescrypt), ("$gy$", .gostYescrypt), ("$7$", .scrypt), ("$6$", .sha512), ("$5$", .sha256),
        ("$2a$", .bcrypt), ("$2b$", .bcrypt), ("$2x$", .bcrypt), ("$2y$", .bcrypt), ("$sha1$", .sha1),
        ("$md5", .sunMD5), ("$1$", .md5), ("$3$", .nt), ("_", .des),
    ]

    init?(field: Substring) {
        if let known = Self.prefixes.first(where: { field.hasPrefix($0.0) }) {
            self = known.1
            return
        }
        let isPlain = field.utf8.allSatisfy {
            ($0 >= 0x2e && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5a) || ($0 >= 0x61 && $0 <= 0x7a)
        }
        guard isPlain, field.utf8.count >= 13 else { return nil }
        self = field.utf8.count == 13 ? .des : .bigcrypt
    }
}
