import Foundation
import TestSupport
import Testing

/// The core as `scripts/install --core` leaves it, on an example host: README's walk over its API, and producers with the rights that their
/// units give them.
@Suite(
    .enabled(if: FileSystemUser.isRoot, "an example host is made of namespaces, which needs root"),
    .patience)
struct InstalledCoreTests {
    let copy: TemporaryTree

    init() throws {
        copy = try TemporaryTree()
        for folder in ["scripts", "templates", "policies"] {
            try FileManager.default.copyItem(atPath: "\(Checkout.path)/\(folder)", toPath: "\(copy.path)/\(folder)")
        }
        try BrokerInstallTests.addPrograms(to: copy.path)
        try FileManager.default.copyItem(atPath: "\(Checkout.programs)/bailey-core", toPath: "\(copy.path)/bailey-core")
    }

    /// Stands for the service manager: starts the core by its unit's own line, as its user, without any right of root's. It is ready then.
    private static let systemctl = """
        sudo() { "$@"; }
        systemctl() {
            install -d -m 0750 -o bailey-core -g bailey-core /run/bailey-core
            mkfifo /run/announced
            setpriv --reuid bailey-core --regid bailey-core --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all \\
                sh -c "umask 077; exec $(sed -n 's/^ExecStart=//p' /etc/systemd/system/bailey-core.service)" \\
                > /run/announced 2> /run/core.log &
            read -r announced < /run/announced
            [[ $announced == ready* ]]
        }
        """

    /// The shell block that installs the core and asks it.
    private func block() throws -> String {
        let text = try String(contentsOfFile: "\(Checkout.path)/README.md", encoding: .utf8)
        let blocks = text.matches(of: /```sh\n(?<block>.+?)```/.dotMatchesNewlines()).map { String($0.block) }
        let block = try #require(blocks.first { $0.contains("--server unix:") })
        // The programs as they were built, and a broker for the producers below.
        let options = "--core --broker --schedule systemd --binary '\(copy.path)/bailey'"
        #expect(block.contains("scripts/install --core\n"))
        return block.replacing("scripts/install --core", with: "'\(copy.path)/scripts/install' \(options)")
    }

    private func play(_ script: String) async throws -> Outcome {
        try copy.add("all", "set -euxo pipefail\n\(Self.systemctl)\n\(script)\n")
        return try await run(
            "\(copy.path)/scripts/lib/example-host", ["bash", "\(copy.path)/all"],
            environment: ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
    }

    @Test(
        "README's walk over the API goes as it is shown; assessments and the broker's refusals reach the core by their units' rights"
    )
    func walk() async throws {
        let outcome = try await play(
            """
            {
            \(try block())
            } > /run/walk
            grep -q 'CRITICAL' /run/walk
            grep -q 'ransomware encrypted files on web-1' /run/walk

            # As bailey-assess.service with its drop-in has it.
            grep -q SupplementaryGroups=bailey-core /etc/systemd/system/bailey-assess.service.d/core.conf
            setpriv --groups bailey-core --inh-caps=-all \\
                --bounding-set=-all,+sys_ptrace,+dac_read_search,+sys_admin,+net_admin \\
                bailey assess > /run/assessment 2> /run/told
            grep 'handed to the core: [0-9]* findings' /run/told
            bailey alerts list --limit 500 --server unix:/run/bailey-core/api.sock | grep 'gate.example.org.*offers Telnet'
            test -s /var/lib/bailey/spool-assess/open-findings.json

            # The policy that ships denies everything.
            bailey-broker > /run/broker.log &
            until grep -q ready /run/broker.log; do kill -0 $!; done
            status=0; bailey run -- /usr/bin/id || status=$?
            test $status = 3
            # As bailey-audit-forward.service has it.
            setpriv --groups bailey-core --inh-caps=-all --bounding-set=-all,+dac_read_search \\
                bailey audit forward | grep 'handed to the core: 1 findings'
            bailey alerts list --server unix:/run/bailey-core/api.sock | grep 'Broker: denied'
            """)
        #expect(outcome.status == 0, "\(outcome.errors.suffix(3000))")
    }

    /// What the service manager would have told: the core's process.
    private static let service = #"core=$(pidof -s bailey-core)"#
    private static let there = "--server unix:/run/bailey-core/api.sock"

    @Test(
        "An index that root imports is used by the commands and, at once on SIGHUP, by the core; both say which it is")
    func attack() async throws {
        let outcome = try await play(
            """
            { \(try block()) } > /run/walk
            \(Self.service)
            bailey token create probe --scope metrics:read --file /run/probe
            status() { bailey core status \(Self.there) --token-file /run/probe; }
            cd /run
            status | grep 'ATT&CK 18.1, as bailey ships it'
            cat > /run/attack-99.1.json <<'BUNDLE'
            {"type": "bundle", "id": "bundle--1", "objects": [
              {"type": "attack-pattern", "id": "attack-pattern--1", "name": "Pantry Raid",
               "description": "Somebody empties the larder at night.",
               "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "collection"}],
               "external_references": [{"source_name": "mitre-attack", "external_id": "T9001"}]}]}
            BUNDLE
            bailey attack import /run/attack-99.1.json | grep /var/lib/bailey-core/attack.index
            bailey attack status | grep 'ATT&CK 99.1'
            bailey core status | grep 'ATT&CK 99.1, imported, /var/lib/bailey/attack.index'
            kill -HUP "$core"
            until status | grep 'ATT&CK 99.1, imported, /var/lib/bailey-core/attack.index'; do kill -0 "$core"; done
            bailey triage 'somebody empties the larder at night' \(Self.there) | grep T9001
            # One that others may write is nobody's word.
            chmod o+w /var/lib/bailey-core/attack.index
            touch /var/lib/bailey-core/attack.index
            kill -HUP "$core"
            until grep 'writable by everybody.*stays' /run/core.log; do kill -0 "$core"; done
            status | grep 'ATT&CK 99.1'
            """)
        #expect(outcome.status == 0, "\(outcome.errors.suffix(3000))")
    }

    @Test(
        "With its disk full the core refuses posts, says that it is not ready, and logs a few lines of it; then it goes on"
    )
    func diskFull() async throws {
        let outcome = try await play(
            """
            # The core's state on a disk of its own, with what was installed.
            eval "start_$(declare -f systemctl)"
            systemctl() {
                cp -a /var/lib/bailey-core /run/kept
                mount -t tmpfs -o size=24m,mode=0700 tmpfs /var/lib/bailey-core
                cp -a /run/kept/. /var/lib/bailey-core
                chown bailey-core:bailey-core /var/lib/bailey-core
                start_systemctl "$@"
            }
            { \(try block()) } > /run/walk
            code() { curl -s -o /run/answer -w '%{http_code}' --unix-socket /run/bailey-core/api.sock "http://localhost$1" "${@:2}"; }
            post() {
                printf '{"title": "worm %s", "message": "%s"}' "$1" "$(head -c 400000 /dev/zero | tr '\\0' x)" > /run/post
                code /api/alerts -H "Authorization: Bearer $(cat /etc/bailey/api-token)" \\
                    -H 'Content-Type: application/json' --data-binary @/run/post
            }
            set +x
            test "$(code /ready)" = 200
            dd if=/dev/zero of=/var/lib/bailey-core/filler bs=4k || true
            began=$SECONDS
            # What the log of SQLite has room for is still taken.
            for number in $(seq 40); do post $number || true; echo; done > /run/codes
            grep -c 503 /run/codes
            grep 'no room on the core' /run/answer
            if grep /var/lib /run/answer; then exit 1; fi
            test "$(code /ready)" = 503
            lines=$(grep -c ' 503: no room for ' /run/core.log)
            test "$lines" -ge 1
            # Five, and then six a minute.
            test "$lines" -le $((5 + 6 * (1 + (SECONDS - began) / 60)))
            rm /var/lib/bailey-core/filler
            until test "$(code /ready)" = 200; do :; done
            test "$(post again)" = 201
            """)
        #expect(outcome.status == 0, "\(outcome.errors.suffix(3000))")
    }
}
