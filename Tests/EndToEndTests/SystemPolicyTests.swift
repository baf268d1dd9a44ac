import TestSupport
import Testing

/// `/etc/bailey` as the broker reads it, in a mount namespace whose `/etc` is the test's own.
@Suite(.patience, .enabled(if: FileSystemUser.isRoot, "mount namespaces need root"))
struct SystemPolicyTests {
    @Test("A command policy that the broker reads and that is not root's is a problem, even to its owner")
    func ownership() async throws {
        let program = try BuiltProgram()
        let run = try await program.shell(
            """
            mount --make-rprivate /
            cp -a /etc $tree/etc && mount --bind $tree/etc /etc || exit 99
            mkdir -p /etc/bailey && printf 'schema: 1\\nrules: []\\n' >/etc/bailey/command-policy.yaml
            check() { setpriv --reuid 65534 --regid 65534 --clear-groups $bailey policy check /etc/bailey/command-policy.yaml; echo $?; }
            check
            chown 65534:65534 /etc/bailey/command-policy.yaml
            check
            """, by: "unshare --mount")
        #expect(run.output == "/etc/bailey/command-policy.yaml: rules for commands: 0\n0\n3\n", "\(run.errors)")
        #expect(run.errors.contains("the broker takes a command policy of root's alone"), "\(run.errors)")
    }
}
