private import LinuxSystem

/// Which variables a command has besides those the broker sets for every command.
package struct EnvironmentRule: Sendable, Hashable {
    /// Names that are taken from the requester; one that ends in `*` stands for all that begin so.
    package var keep: [String] = []
    package var set: [EnvironmentVariable] = []

    package init(keep: [String] = [], set: [EnvironmentVariable] = []) {
        self.keep = keep
        self.set = set
    }

    /// What the command gets, by name.
    ///
    /// - Throws: a variable that was asked for by name and is not to be had.
    func variables(of request: CommandRequest) throws(RefusedVariable) -> [EnvironmentVariable] {
        var kept: [String: String] = [:]
        for wanted in request.environment where !wanted.isAskedFor && keeps(wanted.variable) {
            // getenv(3) finds the first of two that have one name.
            kept[wanted.variable.name] = kept[wanted.variable.name] ?? wanted.variable.value
        }
        for wanted in request.environment where wanted.isAskedFor {
            guard keeps(wanted.variable) else { throw RefusedVariable(name: wanted.variable.name) }
            kept[wanted.variable.name] = wanted.variable.value
        }
        for variable in set { kept[variable.name] = variable.value }
        return kept.map { EnvironmentVariable(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    }

    private func keeps(_ variable: EnvironmentVariable) -> Bool {
        // Most are not kept, which is told soonest by the rule.
        keep.contains { VariableName.matches($0, variable.name) } && VariableName.isValid(variable.name)
            && VariableName.objectionToKeeping(variable.name) == nil && VariableName.isHarmless(variable)
    }
}

/// A variable that a requester asked for and may not have.
struct RefusedVariable: Error {
    var name: String
}

/// What names of environment variables mean to the programs that read them.
enum VariableName {
    static func isValid(_ name: String) -> Bool {
        name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7a).contains($0 | 0x20) || $0 == UInt8(ascii: "_")
        }
            && name.utf8.first.map { !(0x30...0x39).contains($0) } ?? false
    }

    /// - Parameter pattern: a name, or a beginning and `*`.
    static func matches(_ pattern: String, _ name: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : pattern == name
    }

    /// Why no rule may keep the variable of the requester; nil when it may.
    static func objectionToKeeping(_ name: String) -> String? {
        if ours.contains(where: { matches($0, name) }) { return "the broker sets it itself" }
        return objectionToSetting(name)
    }

    /// Why not even the rule's author may set it.
    static func objectionToSetting(_ name: String) -> String? {
        if name == "PATH" || matches("SUDO_*", name) { return "the broker sets it itself" }
        return DangerousVariable.reason(name)
    }

    /// Set by the broker from the target account, the terminal and the secure path.
    private static let ours = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "MAIL", "SUDO_*", "BAILEY_*"]

    /// Whether a value can be handed on. What glibc or ncurses would open as a file, or a shell define as a function, is not.
    static func isHarmless(_ variable: EnvironmentVariable) -> Bool {
        let value = variable.value
        guard !value.utf8.contains(0), !value.hasPrefix("() "), value.utf8.count <= 32 << 10 else { return false }
        switch variable.name {
        case "LANG", "LANGUAGE", "TERM", "COLORTERM": return !value.utf8.contains { "/%".utf8.contains($0) }
        case _ where variable.name.hasPrefix("LC_"): return !value.utf8.contains { "/%".utf8.contains($0) }
        case "TZ": return !":/".utf8.contains { value.utf8.first == $0 } && !value.pathNames.contains("..")
        default: return true
        }
    }
}
