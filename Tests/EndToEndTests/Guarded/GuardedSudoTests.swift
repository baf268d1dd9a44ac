import Foundation
import TestSupport
import Testing

/// What scripts and people do with `sudo`, against the real broker.
@Suite(.enabled(if: FileSystemUser.isRoot, "namespaces and users need root"), .patience)
struct GuardedSudoTests {
    private static let id = GuardedCommandTests.allow("/usr/bin/id")

    @Test("Rights are listed, and a command is asked about by exit code")
    func rights() throws {
        let host = try GuardedHost(rules: [Self.id])
        let listing = try host.output(of: "bailey-sudo -l")
        #expect(
            listing.contains("User ada may run the following commands")
                && listing.contains("(root) NOPASSWD: /usr/bin/id"), "\(listing)")
        #expect(try host.output(of: "bailey-sudo -l id") == "/usr/bin/id")
        #expect(try host.run("bailey-sudo -l rm").status == 1)
        #expect(try host.run("bailey-sudo -U bob -l").status == 1, "of others only root may know")
        #expect(try host.output(of: "bailey-sudo -U bob -l", as: "root").contains("User bob may run"))
    }

    @Test("What a rule does not give is refused aloud: the whole environment, variables, groups of others")
    func refusedOptions() throws {
        let host = try GuardedHost(rules: [Self.id])
        let all = try host.run("bailey-sudo -E id -u")
        #expect(all.status == 1 && all.errors.contains("not allowed to preserve the environment"), "\(all)")
        #expect(try host.run("bailey-sudo LD_PRELOAD=/tmp/x id -u").status == 1)
        #expect(try host.run("HOME=/x bailey-sudo --preserve-env=HOME id -u").status == 1)
        #expect(try host.run("bailey-sudo -g shadow id -g").status == 1)
        #expect(try host.run("bailey-sudo -R /tmp id").status == 1)
        #expect(try host.run("bailey-sudo -h elsewhere id").status == 1)
        #expect(try host.run("bailey-sudo -D /etc id").status == 1)
    }

    @Test("A shell is a command like any other: with its own rule it runs, without it does not")
    func shells() throws {
        let without = try GuardedHost(rules: [Self.id])
        #expect(try without.run("bailey-sudo -s id -u").status == 1 && without.run("bailey-sudo -i").status == 1)
        let with = try GuardedHost(rules: [
            GuardedCommandTests.allow("/usr/bin/bash", "[...]", "working_directory: any")
        ])
        #expect(try with.output(of: "SHELL=/bin/bash bailey-sudo -s id -u") == "0")
        #expect(try with.output(of: "bailey-sudo -i pwd") == "/run/home/root")
        #expect(try with.output(of: "bailey-sudo -s printf '%s|' 'a  b' '$HOME;x'") == "a  b|/run/home/root;x|")
    }

    @Test("A command at a terminal has one of its own: job control, window size and the interrupt key work")
    func terminal() throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/bash")])
        let session = try host.terminal(
            "tty; stty size; bailey-sudo bash -c 'tty; stty size; read -p \"name: \" name; echo \"hello $name\"; sleep 100'; echo status=$?; stty -a"
        )
        let first = try session.read(until: "name: ")
        let terminals = first.split(separator: "\r\n").filter { $0.hasPrefix("/dev/pts/") }
        #expect(terminals.count == 2 && terminals[0] != terminals[1], "\(first)")
        #expect(first.components(separatedBy: "24 80").count == 3, "\(first)")
        try session.type("ada\r")
        try session.read(until: "hello ada")
        try session.type("\u{3}")
        let rest = try session.readToEnd()
        #expect(rest.contains("status=130") && rest.contains(" echo ") && rest.contains(" icanon"), "\(rest)")
    }

    @Test("What an agent asks for cannot steer the terminal of who approves it, nor of who reads the log")
    func controlCharacters() throws {
        let host = try GuardedHost(rules: [GuardedApprovalTests.rule("/usr/bin/id", "peer")])
        let agent = try host.terminal(
            "bailey run --reason $'\\e]0;owned\\a' -- id $'\\e[2J\\e]52;c;eA==\\a' $'a\\rb' $'x\\'\\xcc\\x81 y'; echo status=$?",
            as: "claude")
        let id = try GuardedApprovalTests.id(
            in: try agent.read(until: "bailey approve") + "bailey approve" + agent.read(until: "\n"))
        let approver = try host.terminal("bailey requests; bailey approve \(id)", as: "bob")
        let read = try approver.read(until: "? ")
        #expect(
            !read.contains("\u{1b}]") && !read.contains("\u{1b}[2J") && !read.contains("\u{7}"),
            "\(read.debugDescription)")
        // A quote with a mark on it ends the quotes like any other, so it is told apart from them.
        #expect(read.contains(#"'x'\''\u{301} y'"#), "\(read)")
        try approver.type("no\n")
        _ = try approver.readToEnd()
        let shown = try host.output(of: "bailey audit show /var/lib/bailey/audit", as: "root")
        #expect(!shown.contains("\u{1b}") && !shown.contains("\u{7}"), "\(shown.debugDescription)")
    }

    @Test("A session that is recorded is shown again, without what was typed with echo off")
    func recording() throws {
        let host = try GuardedHost(rules: [GuardedCommandTests.allow("/usr/bin/bash", "[...]", "record: true")])
        let session = try host.terminal(
            "bailey-sudo bash -c 'read -p \"name: \" name; read -s -p \"word: \" word; echo; echo got $name'")
        try session.read(until: "name: ")
        try session.type("ada\r")
        try session.read(until: "word: ")
        try session.type("hunter2\r")
        #expect(try session.readToEnd().contains("got ada"))
        let shown = try host.output(of: "ls /var/lib/bailey/recordings; cat /var/lib/bailey/recordings/*", as: "root")
        #expect(shown.contains("got ada") && !shown.contains("hunter2"), "\(shown)")
        let replay = try host.output(
            of: "id=$(ls /var/lib/bailey/recordings | head -n 1); bailey replay ${id%%.*} --plain", as: "root")
        #expect(replay.contains("got ada"), "\(replay)")
    }
}
