import JSON
import TestSupport
import Testing

@Suite(.patience) struct CommandTests {
    let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    func json(_ arguments: String) async throws -> JSONValue {
        let run = try await program.bailey("\(arguments) --json $places")
        #expect(run.status == 0, "\(run.errors)")
        return try JSONValue(parsing: Array(run.output.utf8), limit: 64 << 20)
    }

    @Test("--version starts and ends at once, and prints one line")
    func version() async throws {
        let run = try await program.bailey("--version")
        #expect(run.status == 0)
        #expect(run.output.hasPrefix("bailey "))
    }

    @Test(
        "Every command answers in JSON that other programs read",
        arguments: [
            "sockets", "ports", "egress", "checks", "controls", "guard bypasses", "preflight", "policy check",
            "version", "attack status",
        ])
    func jsonOutput(command: String) async throws {
        #expect(try await json(command).members?.isEmpty == false)
    }

    @Test(
        "A command line that is not understood ends with 2, and prints nothing to the output",
        arguments: ["", "assess --x", "nope", "baseline", "baseline accept"])
    func usage(arguments: String) async throws {
        let run = try await program.bailey(arguments)
        #expect(run.status == 2)
        #expect(run.output.isEmpty)
        #expect(run.errors.hasPrefix("bailey: "))
    }

    @Test("A long listing may be cut off by its reader")
    func head() async throws {
        let run = try await program.shell("{ $bailey controls; echo $? >&2; } | head -n 1")
        #expect(run.output.split(separator: "\n").count == 1)
        #expect(run.errors == "0\n")
    }

    @Test("A listing that cannot be written ends with 3 and says why")
    func full() async throws {
        let run = try await program.shell("$bailey controls > /dev/full; echo $?")
        #expect(run.output == "3\n")
        #expect(run.errors.contains("No space left on device"))
    }

    @Test(
        "A listener is a finding until its baseline is accepted, and a new one is a finding again",
        .enabled(if: FileSystemUser.isRoot))
    func baseline() async throws {
        let run = try await program.shell(
            """
            ip link set lo up
            listen() {
                perl -MSocket -e 'socket S, AF_INET, SOCK_STREAM, 0; bind S, sockaddr_in shift, INADDR_LOOPBACK or die;
                    listen S, 1; sleep 300' $1 &
                sleepers="$sleepers $!"
                until $bailey sockets --listening | grep -q ":$1 "; do :; done
            }
            count() { $bailey ports $places | grep -c '^unapproved .*:471'; }
            listen 4711; count
            $bailey baseline ports $places >/dev/null; count
            $bailey baseline accept --all $places >/dev/null; count
            listen 4712; count
            kill $sleepers
            """, by: "unshare --net")
        #expect(run.output == "1\n1\n0\n1\n", "\(run.errors)")
    }
}
