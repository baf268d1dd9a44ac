import TestSupport
import Testing

/// `sudo -e` with the real broker.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedEditingTests {
    private static let rule =
        "{ id: edit, effect: allow, command: /usr/bin/sudoedit, arguments: [{ one_of: [/etc/motd.conf, /etc/new.conf, /run/open/file, /etc/link] }], from: any, approval: none, unrestricted: true }"
    private static let wide =
        "{ id: wide, effect: allow, command: /usr/bin/sudoedit, arguments: [{ glob: '/run/open/**' }], from: any, approval: none, unrestricted: true }"

    private func host() throws -> GuardedHost {
        let host = try GuardedHost(rules: [Self.rule, Self.wide])
        let make = """
            echo old > /etc/motd.conf; chmod 640 /etc/motd.conf; chgrp web /etc/motd.conf
            mkdir -m 777 /run/open; echo x > /run/open/file; ln -s /etc/shadow /etc/link; ln -s /etc /run/open/\u{301}link
            printf '#!/bin/sh\\nid -un > /run/home/ada/editor; for file; do echo new >> $file; done\\n' > /run/editor; chmod 755 /run/editor
            """
        #expect(try host.output(of: make, as: "root") == "")
        return host
    }

    @Test("A file is edited by the requester's own editor, and keeps its owner and mode")
    func edit() throws {
        let host = try host()
        #expect(try host.output(of: "EDITOR=/run/editor bailey-sudo -e /etc/motd.conf") == "")
        #expect(
            try host.output(
                of: "cat /etc/motd.conf; stat -c '%U %G %a' /etc/motd.conf; cat /run/home/ada/editor", as: "root")
                == "old\nnew\nroot web 640\nada")
        #expect(try host.output(of: "EDITOR=/run/editor bailey-sudo -e /etc/new.conf") == "")
        #expect(try host.output(of: "cat /etc/new.conf; stat -c '%U %a' /etc/new.conf", as: "root") == "new\nroot 644")
    }

    @Test("What the policy was not asked about, links, and files that others can exchange are not edited")
    func refused() throws {
        let host = try host()
        for file in [
            "/etc/shadow", "/etc/motd.conf /etc/shadow", "/etc/../etc/shadow", "/run/open/file", "/etc/link",
            "/run/open/\u{301}new", "/run/open/\u{301}link/\u{301}new", "/run/open/../\u{301}new",
            "/etc/bailey/command-policy.yaml",
        ] {
            let outcome = try host.run("EDITOR='/run/editor' bailey-sudo -e \(file)")
            #expect(
                outcome.status != 0 && !outcome.errors.contains("/var/tmp"), "no copy was made: \(file): \(outcome)")
        }
        let smuggled = try host.run("EDITOR='/run/editor -- /etc/shadow' bailey-sudo -e /etc/motd.conf")
        #expect(smuggled.status != 0, "\(smuggled)")
        #expect(
            try host.output(of: "grep -c new /etc/shadow /run/open/file; true", as: "root")
                == "/etc/shadow:0\n/run/open/file:0")
    }
}
