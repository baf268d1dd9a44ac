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
        VariableName.isValid(variable.name) && VariableName.objectionToKeeping(variable.name) == nil
            && keep.contains { VariableName.matches($0, variable.name) } && VariableName.isHarmless(variable)
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
        if codeBearing.contains(where: { matches($0, name) }) { return "it makes programs run or load what it names" }
        return nil
    }

    /// Set by the broker from the target account, the terminal and the secure path.
    private static let ours = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "MAIL", "SUDO_*", "BAILEY_*"]

    /// Variables by which some program is told which code to run or load: the dynamic loader (ld.so(8)), glibc's tables and resolver,
    /// shells, interpreters, pagers, editors, build and transfer tools.
    static let codeBearing = [
        "LD_*", "DYLD_*", "LIBPATH", "SHLIB_PATH", "GLIBC_TUNABLES", "GCONV_PATH", "GETCONF_DIR", "HOSTALIASES",
        "LOCALDOMAIN", "LOCPATH", "MALLOC_*", "NIS_PATH", "NLSPATH", "RESOLV_HOST_CONF", "RES_OPTIONS", "TZDIR",
        "TERMINFO", "TERMINFO_DIRS", "TERMPATH", "TERMCAP",
        "BASH_ENV", "BASH_FUNC_*", "BASHOPTS", "SHELLOPTS", "ENV", "PS4", "IFS", "CDPATH", "GLOBIGNORE",
        "PROMPT_COMMAND", "FPATH", "ZDOTDIR", "NULLCMD", "READNULLCMD", "INPUTRC",
        "PERL5LIB", "PERLLIB", "PERL5OPT", "PERL5DB", "PERLIO_DEBUG", "PYTHON*", "RUBYLIB", "RUBYOPT", "NODE_OPTIONS",
        "NODE_PATH", "LUA_*", "PHPRC", "PHP_INI_SCAN_DIR", "TCLLIBPATH", "CLASSPATH", "JAVA_TOOL_OPTIONS",
        "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "AWKPATH", "AWKLIBPATH", "R_*", "GEM_*", "BUNDLE_*",
        "EDITOR", "VISUAL", "PAGER", "MANPAGER", "LESS", "LESSOPEN", "LESSCLOSE", "LESSKEY*", "SYSTEMD_PAGER",
        "SYSTEMD_EDITOR", "SYSTEMD_LESS", "BROWSER", "VIMINIT", "EXINIT", "VIM", "VIMRUNTIME", "EMACSLOADPATH",
        "GIT_*", "SSH_ASKPASS", "RSYNC_RSH", "RSYNC_*", "CVS_RSH", "TAR_OPTIONS", "MAKEFLAGS", "MAKEFILES",
        "APT_CONFIG",
        "DPKG_*", "PIP_*", "NPM_CONFIG_*", "npm_config_*", "CARGO_*", "RUSTC*", "DOCKER_*", "KRB5*", "OPENSSL_*",
        "SSLKEYLOGFILE", "GTK_*", "GIO_*", "QT_*", "GST_*", "DBUS_SYSTEM_BUS_ADDRESS", "XDG_CONFIG_*", "XDG_DATA_*",
    ]

    /// Whether a value can be handed on. What glibc or ncurses would open as a file, or a shell define as a function, is not.
    static func isHarmless(_ variable: EnvironmentVariable) -> Bool {
        let value = variable.value
        guard !value.utf8.contains(0), !value.hasPrefix("() "), value.utf8.count <= 32 << 10 else { return false }
        switch variable.name {
        case "LANG", "LANGUAGE", "TERM", "COLORTERM": return !value.contains { $0 == "/" || $0 == "%" }
        case _ where variable.name.hasPrefix("LC_"): return !value.contains { $0 == "/" || $0 == "%" }
        case "TZ": return !value.hasPrefix(":") && !value.hasPrefix("/") && !value.contains("..")
        default: return true
        }
    }
}
