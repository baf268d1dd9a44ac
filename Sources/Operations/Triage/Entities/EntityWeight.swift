internal import HostModel

/// How much one entity says about whether two alerts belong together.
///
/// Specific ones bind: that alone may join an alert to a case. Common ones only add to what binds: half the alerts of a host have its name, its
/// private address, port 22, root and sshd in them, and they have nothing to do with each other.
package struct EntityWeight: Sendable, Hashable {
    /// 0 to 1.
    package var value: Double
    package var binds: Bool
    /// Why it does not bind, or that it does, for whoever asks why alerts are together.
    package var reason: String

    private static func binding(_ value: Double, _ reason: String) -> EntityWeight {
        EntityWeight(value: value, binds: true, reason: reason)
    }
    private static func common(_ value: Double, _ reason: String) -> EntityWeight {
        EntityWeight(value: value, binds: false, reason: reason)
    }

    package init(value: Double, binds: Bool, reason: String) {
        self.value = value
        self.binds = binds
        self.reason = reason
    }

    package init(of entity: Entity) {
        self = Self.weight(of: entity)
    }

    private static func weight(of entity: Entity) -> EntityWeight {
        switch entity.kind {
        case .hash:
            return hashesOfNothing.contains(entity.value)
                ? .common(0.05, "the hash of nothing: empty files have it") : .binding(0.9, "the same file")
        case .ipv4, .ipv6:
            guard let address = IPAddress(entity.value) else { return .common(0, "no address") }
            if resolvers.contains(entity.value) { return .common(0, "a public resolver") }
            if address.isPrivate { return .common(0.15, "a private address") }
            // Where an alert came to pass has an address too, and that is the host again.
            return entity.roles == [.victim]
                ? .common(0.15, "the host's own address") : .binding(0.7, "a public address")
        case .url: return .binding(0.7, "the same URL")
        case .email: return .binding(0.6, "the same mailbox")
        case .user:
            let isCommon = commonUsers.contains(entity.value) || entity.value.hasSuffix("$")
            return isCommon ? .common(0.1, "an account every host has") : .binding(0.6, "the same user")
        case .domain:
            let isCommon = commonDomains.contains { entity.value == $0 || entity.value.hasSuffix(".\($0)") }
            return isCommon ? .common(0.05, "a domain everybody uses") : .binding(0.55, "the same domain")
        case .process:
            return commonProcesses.contains(entity.value)
                ? .common(0.1, "a program every host runs") : .binding(0.5, "the same program")
        case .path:
            return isCommonPath(entity.value)
                ? .common(0.1, "a path every host has") : .binding(0.5, "the same file path")
        case .cve: return .common(0.25, "a vulnerability many hosts may have")
        case .host: return .common(0.15, "the host alone")
        case .port: return .common(0, "a port")
        }
    }

    static let resolvers: Set<String> = [
        "8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9", "149.112.112.112", "208.67.222.222", "208.67.220.220",
        "2001:4860:4860::8888", "2001:4860:4860::8844", "2606:4700:4700::1111", "2606:4700:4700::1001", "2620:fe::fe",
        "2620:fe::9",
    ]
    static let commonUsers: Set<String> = [
        "root", "system", "administrator", "admin", "nobody", "daemon", "www-data", "nginx", "apache", "postgres",
        "mysql", "ubuntu",
        "ec2-user", "debian", "sshd", "service", "networkservice", "localservice", "guest", "anonymous", "test",
        "wazuh", "bin", "sys",
        "mail", "_apt", "systemd-network", "systemd-resolve", "messagebus", "syslog",
    ]
    static let commonDomains: Set<String> = [
        "google.com", "googleapis.com", "gstatic.com", "microsoft.com", "windowsupdate.com", "windows.com",
        "office.com", "office365.com",
        "live.com", "apple.com", "icloud.com", "amazonaws.com", "cloudfront.net", "cloudflare.com", "akamai.net",
        "akamaiedge.net",
        "github.com", "githubusercontent.com", "debian.org", "ubuntu.com", "pool.ntp.org", "in-addr.arpa", "ip6.arpa",
        "localhost.local",
    ]
    static let commonProcesses: Set<String> = [
        "sshd", "systemd", "cron", "crond", "sudo", "su", "bash", "sh", "dash", "zsh", "python", "python3", "perl",
        "login", "kernel",
        "rsyslogd", "auditd", "nginx", "apache2", "httpd", "postfix", "dockerd", "containerd", "java", "node", "curl",
        "wget", "ls", "cat",
        "ps", "grep", "apt", "apt-get", "dpkg", "snapd", "svchost.exe", "services.exe", "lsass.exe", "explorer.exe",
        "cmd.exe",
        "powershell.exe", "wmiprvse.exe", "rundll32.exe", "conhost.exe", "msedge.exe", "chrome.exe", "firefox.exe",
        "winlogon.exe",
        "system", "taskhostw.exe", "dhclient", "dbus-daemon", "networkmanager", "systemd-logind", "pam", "audit",
        "named", "dnsmasq",
    ]
    /// What every host has below these, and the directories above them.
    static let commonPaths: [String] = [
        "/usr/", "/bin/", "/sbin/", "/lib", "/etc/", "/var/log/", "/proc/", "/sys/", "/run/", "c:\\windows\\",
        "c:\\program files", "/boot/", "/opt/wazuh", "/var/ossec/", "/var/run/", "/var/cache/", "/var/lib/dpkg/",
        "/var/lib/apt/", "/var/lib/rpm/", "/var/lib/dnf/", "/var/lib/pacman/", "/var/lib/systemd/", "/var/lib/bailey/",
    ]
    /// Directories and devices that every host has, where what is below them says something.
    static let commonDirectories: Set<String> = [
        "/var/lib", "/var/tmp", "/var/spool", "/var/www", "/var/www/html", "/var/mail", "/dev/shm", "/dev/null",
        "/dev/tcp", "/dev/udp", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/stdin", "/dev/stdout",
        "/dev/stderr", "/dev/console", "c:\\users", "c:\\users\\public", "c:\\temp", "c:\\programdata", "c:\\windows",
    ]

    private static func isCommonPath(_ path: String) -> Bool {
        let whole = path.last == "/" || path.last == "\\" ? String(path.dropLast()) : path
        // `/root`, `/tmp`, `/index.html`: at the top of a tree are directories that all hosts have, and what is no file's path at all.
        let isAtTop = whole.utf8.first == UInt8(ascii: "/") && !whole.utf8.dropFirst().contains(UInt8(ascii: "/"))
        return isAtTop || commonDirectories.contains(whole)
            || commonPaths.contains { path.hasPrefix($0) || $0.dropLast() == whole }
    }

    /// MD5, SHA-1, SHA-256 and SHA-512 of no bytes, and the NT and LM hashes of the empty password.
    static let hashesOfNothing: Set<String> = [
        "d41d8cd98f00b204e9800998ecf8427e", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        "31d6cfe0d16ae931b73c59d7e0c089c0", "aad3b435b51404eeaad3b435b51404ee",
    ]
}
