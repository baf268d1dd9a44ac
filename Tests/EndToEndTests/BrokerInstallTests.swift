import Foundation
import TestSupport
import Testing

/// `scripts/install --broker`: what it puts where, and the broker as systemd itself starts it.
@Suite struct BrokerInstallTests {
    /// A checkout with this one's scripts, templates and policies, and the programs as built.
    let checkout: TemporaryTree
    let target: TemporaryTree

    init() async throws {
        checkout = try TemporaryTree()
        target = try TemporaryTree()
        try Self.fill(checkout.path)
    }

    private static func fill(_ directory: String) throws {
        for folder in ["scripts", "templates", "policies"] {
            try FileManager.default.copyItem(atPath: "\(Checkout.path)/\(folder)", toPath: "\(directory)/\(folder)")
        }
        try addPrograms(to: directory)
    }

    /// The programs as built, beside each other as `scripts/install --binary` takes them.
    static func addPrograms(to directory: String) throws {
        let built = Checkout.programs
        for program in ["bailey", "bailey-broker", "bailey-spawner", "bailey-sudo"] {
            try FileManager.default.copyItem(atPath: "\(built)/\(program)", toPath: "\(directory)/\(program)")
        }
    }

    @discardableResult
    func install(_ options: String...) async throws -> Outcome {
        try await run(
            "\(checkout.path)/scripts/install",
            ["--destdir", target.path, "--binary", "\(checkout.path)/bailey"] + options)
    }

    @Test(
        "The broker is installed where only root installs programs, with modes that let everybody ask and nobody write",
        arguments: [
            ("usr/local/sbin/bailey-broker", "755 f"), ("usr/local/sbin/bailey-spawner", "755 f"),
            ("usr/local/bin/bailey-sudo", "755 f"),
            ("etc/systemd/system/bailey-broker.socket", "644 f"), ("etc/systemd/system/bailey-broker.service", "644 f"),
            ("etc/pam.d/bailey", "644 f"), ("etc/bailey/command-policy.yaml", "644 f"),
            ("etc/bailey/prompt-policy.yaml", "644 f"),
        ])
    func placesAndModes(place: String, expected: String) async throws {
        #expect(try await install("--broker").status == 0)
        let found = try await run("/usr/bin/find", ["\(target.path)/\(place)", "-maxdepth", "0", "-printf", "%m %y"])
        #expect(found.output == expected)
    }

    @Test("Nobody gets a broker who did not ask for one; who has one keeps it without asking again")
    func onRequest() async throws {
        try await install()
        #expect(try await !target.files().contains { $0.contains("broker") || $0.contains("pam.d") })
        try await install("--broker")
        let before = try await target.listing()
        let again = try await install()
        #expect(try await target.listing() == before)
        #expect(again.errors.contains("unchanged: everything is in place"))
    }

    @Test("The policies that ship deny everything, and edited ones are kept")
    func policies() async throws {
        try await install("--broker")
        let place = "etc/bailey/command-policy.yaml"
        #expect(try target.text(of: place).split(separator: "\n").contains("rules: []"))
        let checked = try await run(
            Checkout.bailey, ["policy", "check", "--policies", "\(target.path)/etc/bailey"])
        #expect(checked.status == 0, "\(checked)")
        try target.add(place, "schema: 1\nrules: [] # ours\n")
        try await install("--broker")
        #expect(try target.text(of: place) == "schema: 1\nrules: [] # ours\n")
    }

    @Test(
        "A PAM service that an administrator wrote stays, without a neighbour that PAM would take for another service")
    func ownProof() async throws {
        try target.add("etc/pam.d/bailey", "auth required pam_deny.so\n")
        let outcome = try await install("--broker")
        #expect(outcome.output.contains("keep      /etc/pam.d/bailey"))
        #expect("\(outcome)".contains("/etc/pam.d/bailey has no lines for accounts"), "\(outcome)")
        try await install("--uninstall", "--purge")
        #expect(try await target.files() == ["etc/pam.d/bailey"])
    }

    @Test("Uninstalling takes all of the broker away")
    func uninstalling() async throws {
        try await install("--broker")
        #expect(try await install("--uninstall").status == 0)
        #expect(try await target.files() == [])
    }

    @Test(
        "A place where no broker is looked for is refused",
        arguments: [["--broker", "--user"], ["--broker", "--prefix", "/opt/bailey"]])
    func misuse(options: [String]) async throws {
        let outcome = try await run("\(checkout.path)/scripts/install", ["--destdir", target.path] + options)
        #expect(outcome.status == 2)
        #expect(try await target.files() == [])
    }

    @Test(
        "systemd-analyze finds nothing wrong with the units", .enabled(if: LintTests.isSetUp, "needs systemd-analyze"))
    func units() async throws {
        try await install("--broker")
        try target.add("bin/kill", "", .init(mode: 0o755))
        let outcome = try await run(
            "/usr/bin/systemd-analyze",
            [
                "verify", "--man=no", "--recursive-errors=no", "--root=\(target.path)", "bailey-broker.socket",
                "bailey-broker.service",
            ])
        #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome)")
    }

    @Test(
        "Nothing in the service confines the commands that it starts",
        arguments: [
            "Protect", "Private", "Restrict", "SystemCall", "NoNewPrivileges", "Capability", "Ambient", "ReadOnlyPaths",
            "InaccessiblePaths", "LockPersonality", "MemoryDeny", "OOMScoreAdjust", "Nice", "Memory", "CPU",
            "SecureBits", "RootDirectory", "User", "DevicePolicy", "IPAddress",
        ])
    func nothingInherited(setting: String) throws {
        let text = try String(
            contentsOfFile: "\(Checkout.path)/templates/systemd/bailey-broker.service", encoding: .utf8)
        #expect(!text.contains("\n\(setting)"))
    }

    /// What happens on the booted host; each step stops it when it fails.
    static let script = """
        set -euxo pipefail
        install="/mnt/checkout/scripts/install --binary /mnt/checkout/bailey --broker"
        state() { systemctl show --property=ActiveState --value bailey-broker.service; }
        ask() { setpriv --reuid ada --regid ada --init-groups "$@"; }

        rm -f /etc/pam.d/bailey
        $install
        $install 2>&1 | grep 'unchanged: everything is in place'
        systemctl is-active bailey-broker.socket
        test "$(state)" = inactive
        getent group bailey-approvers
        useradd --create-home ada

        # The first client starts it, and the policy that ships denies.
        code=0; ask bailey run -- id -u || code=$?
        test $code = 3
        test "$(state)" = active
        printf '%s\\n' 'schema: 1' 'rules:' \\
            '  - { id: id, effect: allow, command: /usr/bin/id, arguments: [-u], from: { users: [ada] }, approval: none }' \\
            '  - { id: sh, effect: allow, command: /usr/bin/bash, arguments: [...], from: { users: [ada] }, approval: none, unrestricted: true }' \\
            > /etc/bailey/command-policy.yaml
        test "$(ask bailey-sudo -n id -u)" = 0
        # What root may do is not less than without a service around it.
        ask bailey-sudo -n bash -c 'grep -E "CapEff|CapBnd|NoNewPrivs|Seccomp:" /proc/self/status; cat /proc/self/oom_score_adj' > /mnt/ours
        bash -c 'grep -E "CapEff|CapBnd|NoNewPrivs|Seccomp:" /proc/self/status; cat /proc/self/oom_score_adj' > /mnt/plain
        ask bailey-sudo -n bash -c 'readlink /proc/self/ns/mnt' > /mnt/ours.namespace
        readlink /proc/self/ns/mnt > /mnt/plain.namespace

        # What a command left running on purpose outlives the broker, and the next broker answers at the same socket.
        ask bailey-sudo -n bash -c '(trap "" HUP; exec -a left-running sleep infinity) > /dev/null 2>&1 < /dev/null &'
        systemctl restart bailey-broker.service
        pgrep --full left-running
        test "$(ask bailey-sudo -n id -u)" = 0
        # Killed, it is started again, and the log goes on.
        systemctl kill --kill-whom=main --signal=KILL bailey-broker.service
        test "$(ask bailey-sudo -n id -u)" = 0
        bailey audit verify /var/lib/bailey/audit
        stat --format '%a %U' /var/lib/bailey/audit /run/bailey /run/bailey/broker.sock > /mnt/modes

        $install --uninstall --purge
        if systemctl cat bailey-broker.service || test -e /run/bailey/broker.sock -o -e /usr/local/sbin/bailey-broker; then exit 1; fi
        """

    @Test(
        "systemd starts the broker for the first client; commands get root as it is; restarts and crashes lose neither socket nor log",
        .enabled(if: ServiceTests.canBoot, "needs root and systemd-nspawn, which scripts/test installs"))
    func booted() async throws {
        let host = try TemporaryTree()
        try host.add("run", Self.script)
        try host.addDirectory("checkout")
        try Self.fill("\(host.path)/checkout")
        let outcome = try await run("\(Checkout.path)/scripts/lib/booted-host", [host.path])
        try #require(outcome.status == 0, "\(outcome.errors)\((try? host.text(of: "output")) ?? "")")
        #expect(try host.text(of: "ours") == host.text(of: "plain"))
        #expect(try host.text(of: "ours.namespace") == host.text(of: "plain.namespace"))
        #expect(try host.text(of: "modes") == "700 root\n755 root\n666 root\n")
    }
}
