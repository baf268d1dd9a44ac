import Foundation
import HostModel
import LinuxSystem
import TestSupport
import Testing

@testable import HostFacts

/// Our reading of sshd_config(5) against the server's own: `sshd -T` prints what it would work with.
@Suite struct SSHServerPeerTests {
    static let canRun = FileSystemUser.isRoot && FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd")

    struct Sample: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text: String
        var included: [String: String] = [:]
    }

    static let samples = [
        Sample(testDescription: "an empty file", text: ""),
        Sample(
            testDescription: "Debian's file",
            text: """
                KbdInteractiveAuthentication no
                UsePAM yes
                X11Forwarding yes
                PrintMotd no
                AcceptEnv LANG LC_*
                Subsystem	sftp	/usr/lib/openssh/sftp-server
                """),
        Sample(
            testDescription: "the first value wins, whatever the case and the separator",
            text: """
                permitrootlogin=no
                PermitRootLogin yes
                PASSWORDAUTHENTICATION = no
                  MaxAuthTries	3 # a comment
                MaxAuthTries 9
                PermitEmptyPasswords "no"
                """),
        Sample(
            testDescription: "values add up where the manual says so",
            text: """
                Port 22
                Port 2222
                ListenAddress 127.0.0.1
                ListenAddress [::1]:2200
                AllowUsers ada bob
                AllowUsers carl
                DenyGroups none other
                HostKey /etc/ssh/ssh_host_ed25519_key
                AcceptEnv LANG LC_*
                AcceptEnv FOO
                """),
        Sample(
            testDescription: "algorithms are added, taken away and moved to the front",
            text: """
                Ciphers +aes128-cbc,3des-cbc
                MACs -hmac-sha1*,umac-64*
                KexAlgorithms ^curve25519-sha256@libssh.org,ecdh-sha2-nistp521
                HostKeyAlgorithms ssh-ed25519,rsa-sha2-*
                PubkeyAcceptedAlgorithms -ecdsa*
                CASignatureAlgorithms +ssh-rsa
                """),
        Sample(
            testDescription: "patterns choose from all the server knows",
            text: "PubkeyAcceptedAlgorithms *ed25519*,rsa-sha2-???"),
        Sample(
            testDescription: "times, sizes and other words for the same",
            text: """
                LoginGraceTime 1h2m3
                ClientAliveInterval 5m
                RekeyLimit 1G 1h
                PermitRootLogin prohibit-password
                Compression delayed
                AllowTcpForwarding all
                LogLevel verbose
                SyslogFacility authpriv
                IPQoS lowdelay
                MaxStartups 5
                ChallengeResponseAuthentication no
                X11Forwarding yes
                """),
        Sample(
            testDescription: "what stands below Match is not global",
            text: """
                X11Forwarding no
                Match User ada
                  X11Forwarding yes
                  PasswordAuthentication no
                Match Address 10.0.0.0/8
                  PermitRootLogin yes
                """),
        Sample(
            testDescription: "included files come where they stand, and their blocks end with them",
            text: """
                Include DIRECTORY/conf.d/*.conf
                PermitRootLogin yes
                PasswordAuthentication yes
                MaxSessions 4
                """,
            included: [
                "conf.d/10-first.conf": "PermitRootLogin no\nMatch User ada\n  MaxSessions 1\n",
                "conf.d/20-second.conf": "PasswordAuthentication no\nInclude DIRECTORY/more/[ab]?.conf\n",
                "conf.d/ignored.txt": "MaxSessions 9\n", "more/a1.conf": "ClientAliveInterval 77\n",
                "more/c1.conf": "ClientAliveCountMax 9\n",
            ]),
        Sample(
            testDescription: "lists of one line",
            text: """
                AuthorizedKeysFile .ssh/keys /etc/ssh/keys/%u
                AuthorizedKeysFile other
                SetEnv A=b C=d
                AuthenticationMethods publickey,password publickey,keyboard-interactive
                PermitOpen host:22 other:*
                """),
    ]

    @Test("The settings in force are those that sshd itself works with", .enabled(if: canRun), arguments: samples)
    func peer(_ sample: Sample) throws {
        let directory = try TemporaryTree()
        func placed(_ text: String) -> String { text.replacingOccurrences(of: "DIRECTORY", with: directory.path) }
        try directory.add("sshd_config", placed(sample.text) + "\n")
        for (name, text) in sample.included { try directory.add(name, placed(text)) }

        var files = SSHServerFiles(try FileTree())
        files.read(file: "\(directory.path)/sshd_config")
        #expect(files.gap == nil)
        var ours = files.settings()
        // Debian's own keyword, which the server does not print.
        ours["debianbanner"] = nil
        let theirs = try Self.effective("\(directory.path)/sshd_config")
        #expect(Set(ours.keys) == Set(theirs.keys))
        for (keyword, values) in theirs {
            let seen = Self.lines(keyword, ours[keyword] ?? [])
            #expect(seen.sorted() == values.sorted(), "\(keyword)")
        }
    }

    /// As `sshd -T` splits values over lines: most lists stand on one, those that add up one a line.
    private static func lines(_ keyword: String, _ values: [String]) -> [String] {
        ["permitopen", "permitlisten", "authenticationmethods"].contains(keyword)
            ? [values.joined(separator: " ")] : values
    }

    /// The server insists on its own directory below /run, so it runs where a mount of ours covers that.
    private static func effective(_ path: String) throws -> [String: [String]] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = [
            "-m", "/bin/sh", "-c",
            "mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec /usr/sbin/sshd -T -f \"$1\"", "sh", path,
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestSupportError("sshd -T failed on \(path)") }
        var settings: [String: [String]] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 1)
            settings[String(words[0]), default: []].append(words.count > 1 ? String(words[1]) : "")
        }
        return settings
    }
}
