/// A person's own words for the question for a password: `sudo -p`, `SUDO_PROMPT`, with the escapes of sudo(8).
package struct PromptText: Sendable, Hashable {
    package var text: String

    package init(_ text: String) { self.text = text }

    /// What the escapes stand for.
    package struct Names: Sendable, Hashable {
        /// Whose password it is: the requester's.
        package var person: String
        package var target: String
        package var host: String

        package init(person: String, target: String, host: String) {
            self.person = person
            self.target = target
            self.host = host
        }
    }

    /// `%p` and `%u` are the person, `%U` the target, `%h` the host up to its first dot, `%H` all of its name, `%%` a percent sign.
    /// What else follows a `%` stays as it is.
    package func expanded(for names: Names) -> String {
        var result = ""
        var rest = text[...]
        while let character = rest.popFirst() {
            guard character == "%", let escape = rest.first else {
                result.append(character)
                continue
            }
            let value: String? =
                switch escape {
                case "p", "u": names.person
                case "U": names.target
                case "H": names.host
                case "h": String(names.host.prefix { $0 != "." })
                case "%": "%"
                default: nil
                }
            result += value ?? "%"
            if value != nil { rest.removeFirst() }
        }
        return result
    }
}
