import HostModel
import LinuxSystem

/// Looks at the homes of root, of people and of every other account that can log in.
struct HomeSurvey {
    private static let maximumHomes = 2000
    /// Files that are worth stealing or that let somebody in, relative to the home.
    private static let sensitiveNames = [
        ".netrc", ".rhosts", ".shosts", ".pgpass", ".my.cnf", ".git-credentials", ".vault-token", ".npmrc", ".pypirc",
        ".aws/credentials", ".azure/accessTokens.json", ".config/gcloud/credentials.db", ".docker/config.json",
        ".kube/config", ".config/gh/hosts.yml", ".bash_history", ".gnupg", ".ssh",
    ]
    private let source: FactSource

    init(_ source: FactSource) { self.source = source }

    func read() -> Observation<[HomeDirectory]> {
        source.accounts.map { accounts in
            var seen: Set<String> = []
            return accounts.users.filter { account in
                account.hasLoginShell && account.home.hasPrefix("/") && account.home != "/"
                    && account.home != "/nonexistent" && seen.insert(account.home).inserted
            }
            .prefix(Self.maximumHomes).map(home)
        }
    }

    private func home(of account: Account) -> HomeDirectory {
        let sensitive = sensitiveFiles(in: account.home)
        return HomeDirectory(
            account: account.name, userID: account.userID, directory: source.tree.observeFile(account.home),
            authorizedKeys: authorizedKeys(of: account), sensitiveFiles: sensitive)
    }

    private func sensitiveFiles(in home: String) -> Observation<[HostFile]> {
        var found: [HostFile] = []
        for name in Self.sensitiveNames {
            switch source.tree.observeFile("\(home)/\(name)") {
            case .seen(let file, _): found.append(file)
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            }
        }
        switch source.tree.observeNames("\(home)/.ssh") {
        case .absent: break
        case .unseen(let gap): return .unseen(gap)
        case .seen(let names, let directory):
            for name in names.prefix(200) where isPrivateKey(name, in: directory) || name.hasPrefix("authorized_keys") {
                if let file = source.tree.observeFile("\(directory)/\(name)").value { found.append(file) }
            }
        }
        return .seen(found, from: home)
    }

    /// Keys are told by their first line (RFC 7468, openssh-key-v1), since names are free; nothing more of them is read.
    private func isPrivateKey(_ name: String, in directory: String) -> Bool {
        guard !name.hasSuffix(".pub"), name != "known_hosts", name != "config" else { return false }
        guard let folder = try? source.tree.directory(directory),  // gone meanwhile: then it is no key either
            let start = try? folder.prefix(of: name, limit: 64)
        else { return name.hasPrefix("id_") }
        return String(decoding: start, as: UTF8.self).contains("PRIVATE KEY-----")
    }

    /// From the files that the SSH server reads, or would by default.
    private func authorizedKeys(of account: Account) -> Observation<[HomeDirectory.AuthorizedKey]> {
        let written = source.sshServer.value?.value("authorizedkeysfile")
        let patterns = (written ?? ".ssh/authorized_keys .ssh/authorized_keys2").split(separator: " ")
        var keys: [HomeDirectory.AuthorizedKey] = []
        var read: [String] = []
        for pattern in patterns where pattern != "none" {
            let path = AuthorizedKeysFile.path(pattern, of: account)
            switch source.tree.observeText(path, limit: 1 << 20) {
            case .absent: continue
            case .unseen(let gap): return .unseen(gap)
            case .seen(let text, let origin):
                read.append(origin)
                keys += AuthorizedKeysFile.keys(in: text, path: path)
            }
        }
        return read.isEmpty
            ? .absent(why: "\(account.name) has no authorized keys", from: patterns.joined(separator: ", "))
            : .seen(keys, from: read.joined(separator: ", "))
    }
}

/// The format of authorized_keys (sshd(8)).
enum AuthorizedKeysFile {
    /// The tokens `%h`, `%u`, `%U` and `%%`; a relative path is one below the home (sshd_config(5)).
    static func path(_ pattern: some StringProtocol, of account: Account) -> String {
        var path = ""
        var isToken = false
        for character in pattern {
            if !isToken {
                isToken = character == "%"
                if !isToken { path.append(character) }
                continue
            }
            isToken = false
            switch character {
            case "h": path += account.home
            case "u": path += account.name
            case "U": path += account.userID.description
            default: path.append(character)
            }
        }
        return path.hasPrefix("/") ? path : "\(account.home)/\(path)"
    }

    static func keys(in text: String, path: String) -> [HomeDirectory.AuthorizedKey] {
        ConfigurationText(text: text, path: path).prefix(10_000).compactMap { line in
            let words = SSHSettingForm.words(line.text)
            guard let typeIndex = words.firstIndex(where: isKeyType), typeIndex + 1 < words.count else { return nil }
            let options = words[..<typeIndex].joined(separator: " ")
            let type = words[typeIndex]
            return .init(
                type: type,
                bits: type == "ssh-rsa" || type == "ssh-dss" ? modulusBits(words[typeIndex + 1], type) : nil,
                options: options.split(separator: ",").map { $0.prefix { $0 != "=" }.lowercased() },
                comment: words[(typeIndex + 2)...].joined(separator: " "), location: line.location)
        }
    }

    private static func isKeyType(_ word: String) -> Bool {
        ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].contains { word.hasPrefix($0) } && !word.contains("=")
    }

    /// The length of the number that makes an RSA (RFC 4253 §6.6: type, e, n) or DSA key (type, p, …).
    private static func modulusBits(_ base64: String, _ type: String) -> Int? {
        var fields = SSHWireFields(base64: base64)
        _ = fields.next()
        if type == "ssh-rsa" { _ = fields.next() }
        guard let number = fields.next()?.drop(while: { $0 == 0 }), let first = number.first else { return nil }
        return number.count * 8 - first.leadingZeroBitCount
    }
}

/// Length-prefixed fields (RFC 4251 §5) out of base64 text.
private struct SSHWireFields {
    private var bytes: ArraySlice<UInt8>

    init(base64: String) {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for character in base64.utf8.prefix(16_384) {
            let value: UInt32
            switch character {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): value = UInt32(character) - 65
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = UInt32(character) - 71
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = UInt32(character) + 4
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            default: continue
            }
            bits = bits << 6 | value
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        self.bytes = bytes[...]
    }

    mutating func next() -> ArraySlice<UInt8>? {
        guard bytes.count >= 4 else { return nil }
        let length = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        bytes = bytes.dropFirst(4)
        guard length <= bytes.count else { return nil }
        defer { bytes = bytes.dropFirst(length) }
        return bytes.prefix(length)
    }
}
