/// Secrets that are told by their place in a command line: after `--password`, or where a program is known to take one.
enum ArgumentSecrets {
    /// How a program is handed a secret.
    enum Place: Hashable {
        /// Glued to the option: `-pSECRET`.
        case attached(String)
        /// In the next argument, whole: `-a SECRET`.
        case following(String)
        /// After the first `:` or `%` of the next argument, or of what is glued to the option: `-u alice:SECRET`.
        case afterName(String)
    }

    /// Only what these programs always mean by it.
    static let places: [String: [Place]] = {
        var places: [String: [Place]] = [:]
        for program in [
            "mysql", "mysqldump", "mysqladmin", "mysqlimport", "mysqlcheck", "mariadb", "mariadb-dump", "mariadb-admin",
        ] {
            places[program] = [.attached("-p")]
        }
        for program in ["curl", "wget"] {
            places[program] = ["-u", "--user", "-U", "--proxy-user"].map { .afterName($0) }
        }
        places["sshpass"] = [.attached("-p"), .following("-p")]
        places["redis-cli"] = [.following("-a"), .following("--pass")]
        places["smbclient"] = [.afterName("-U"), .afterName("--user")]
        for program in ["ldapsearch", "ldapmodify", "ldapadd", "ldapdelete", "ldappasswd"] {
            places[program] = [.attached("-w"), .following("-w")]
        }
        places["openssl"] = ["-passin", "-passout", "-pass"].map { .afterName($0) }
        places["docker"] = [.following("-p")]
        return places
    }()

    /// Programs that run the one named after them.
    private static let wrappers: Set<String> = [
        "sudo", "bailey-sudo", "doas", "env", "nice", "ionice", "nohup", "setsid", "timeout", "stdbuf", "time",
        "chroot",
    ]
    /// `-p` of `docker` is a password after `login` alone.
    private static let subcommands = ["docker": "login"]

    static func masked(_ arguments: [String]) -> [String] {
        var result = arguments
        let places = places(for: arguments)
        var isNextSecret = false
        for (index, argument) in arguments.enumerated().dropFirst() {
            if isNextSecret {
                isNextSecret = false
                // An option without its value: the next is an option again.
                if !argument.hasPrefix("-") || argument.utf8.count > 24 {
                    result[index] = SecretMasking.mask
                    continue
                }
            }
            if let value = valueStart(of: argument) {
                result[index] = argument[..<value] + SecretMasking.mask
            } else if argument.hasPrefix("-"), !argument.contains("="), isSecretOption(argument) {
                isNextSecret = true
            } else {
                apply(places, at: index, of: arguments, to: &result, &isNextSecret)
            }
        }
        return result
    }

    private static func isSecretOption(_ argument: String) -> Bool {
        argument.hasPrefix("--") && SecretName.isSecret(argument.utf8) && !argument.hasPrefix("--no-")
    }

    /// Where the value of `--password=…` or `DB_PASSWORD=…` begins; nil when the argument is something else, or names a variable.
    private static func valueStart(of argument: String) -> String.Index? {
        guard let equals = argument.utf8.firstIndex(of: UInt8(ascii: "=")) else { return nil }
        let name = argument.utf8[..<equals]
        let value = argument.utf8.index(after: equals)
        guard name.allSatisfy(\.isNamePart), SecretName.isSecret(Array(name)), value < argument.utf8.endIndex,
            !argument[value...].hasPrefix("$")
        else { return nil }
        return value
    }

    private static func apply(
        _ places: [Place], at index: Int, of arguments: [String], to result: inout [String], _ isNextSecret: inout Bool
    ) {
        let argument = arguments[index]
        // By bytes: a secret may begin with a combining mark, which joins the letter or sign before it.
        let bytes = argument.utf8
        func rest(_ option: String) -> String {
            String(decoding: bytes.dropFirst(option.utf8.count), as: UTF8.self)
        }
        for place in places {
            switch place {
            case .attached(let option) where bytes.starts(with: option.utf8) && bytes.count > option.utf8.count:
                result[index] = option + SecretMasking.mask
            case .following(let option) where argument == option: isNextSecret = true
            case .afterName(let option) where argument == option:
                if arguments.indices.contains(index + 1) { result[index + 1] = maskedAfterName(arguments[index + 1]) }
            case .afterName(let option) where option.utf8.count == 2 && bytes.starts(with: option.utf8):
                result[index] = option + maskedAfterName(rest(option))
            case .afterName(let option) where bytes.starts(with: "\(option)=".utf8):
                result[index] = "\(option)=" + maskedAfterName(rest("\(option)="))
            default: continue
            }
            return
        }
    }

    private static func maskedAfterName(_ text: String) -> String {
        guard let colon = text.utf8.firstIndex(where: { ":%".utf8.contains($0) }) else { return text }
        let name = text[..<colon]
        // `openssl -passin file:PATH`, `env:NAME` and their kin name where the secret is.
        if ["file", "env", "fd", "stdin"].contains(String(name)) { return text }
        return name + String(UnicodeScalar(text.utf8[colon])) + SecretMasking.mask
    }

    /// What is known of the program that a command line runs.
    private static func places(for arguments: [String]) -> [Place] {
        func name(_ argument: String) -> String { argument.split(separator: "/").last.map(String.init) ?? argument }
        guard let first = arguments.first else { return [] }
        var program = name(first)
        if wrappers.contains(program) {
            program = arguments.dropFirst().map(name).first { places[$0] != nil } ?? program
        }
        if let subcommand = subcommands[program], !arguments.contains(subcommand) { return [] }
        return places[program] ?? []
    }
}
