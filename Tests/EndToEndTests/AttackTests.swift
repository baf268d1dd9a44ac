import Foundation
import JSON
import TestSupport
import Testing

@Suite("ATT&CK on the command line", .patience)
struct AttackTests {
    let program: BuiltProgram

    init() throws { program = try BuiltProgram() }

    /// A bundle of one technique, of the tests' own.
    private func addBundle(_ name: String, version: String? = nil) throws {
        let collection = version.map {
            #"{"type": "x-mitre-collection", "id": "x-mitre-collection--1", "x_mitre_version": "\#($0)"},"#
        }
        try program.tree.add(
            name,
            """
            {"type": "bundle", "id": "bundle--1", "objects": [\(collection ?? "")
              {"type": "attack-pattern", "id": "attack-pattern--1", "name": "Pantry Raid",
               "description": "Somebody empties the larder at night.", "x_mitre_platforms": ["Kitchen"],
               "kill_chain_phases": [{"kill_chain_name": "mitre-attack", "phase_name": "collection"}],
               "external_references": [{"source_name": "mitre-attack", "external_id": "T9001"}]}]}
            """)
    }

    @Test("A search answers with techniques, names, tactics, scores and the words that matched")
    func search() async throws {
        let run = try await program.bailey("attack search Mimikatz dumps LSASS memory --json --top 3 $places")
        #expect(run.status == 0, "\(run.errors)")
        let document = try JSONValue(parsing: Array(run.output.utf8))
        #expect(document["query"]?.text == "Mimikatz dumps LSASS memory")
        let results = try #require(document["results"]?.elements)
        #expect(results.count == 3)
        #expect(results[0]["technique_id"]?.text == "T1003.001")
        #expect(results[0]["name"]?.text == "LSASS Memory")
        #expect(results[0]["tactics"]?.elements == [.text("credential-access")])
        #expect((results[0]["score"]?.number ?? 0) > 0)
        #expect(results[0]["matched"]?.elements?.contains(.text("lsass")) == true)
    }

    @Test("With - each line read is answered by one line of JSON, in order, whatever is on it")
    func lines() async throws {
        let run = try await program.shell(
            #"printf 'crontab edited\n\n\377\376\033[31m\nno line end at the end' | $bailey attack search - --top 2 $places"#
        )
        #expect(run.status == 0, "\(run.errors)")
        let answers = try run.output.split(separator: "\n").map { try JSONValue(parsing: Array($0.utf8)) }
        #expect(answers.count == 4)
        #expect(answers[0]["results"]?.elements?.first?["technique_id"]?.text == "T1053.003")
        #expect(answers[1]["results"]?.elements?.isEmpty == true)
        #expect(answers[3]["query"]?.text == "no line end at the end")
        #expect(!run.output.contains("\u{1b}"))
    }

    @Test("A line of a million bytes is answered like any other")
    func longLine() async throws {
        let run = try await program.shell(
            #"head -c 1000000 /dev/zero | tr '\0' 'a' | $bailey attack search - $places; echo crontab | $bailey attack search - $places"#
        )
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.split(separator: "\n").count == 2)
    }

    @Test("A technique is shown under its id, an id that was revoked, and one of a later version")
    func show() async throws {
        for (id, expected) in [("T1003.001", "LSASS Memory"), ("t1086", "PowerShell"), ("T1685.001", "T1562.002")] {
            let run = try await program.bailey("attack show \(id) $places")
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.output.contains(expected), "\(run.output)")
        }
        for id in ["T9999", "mimikatz", "T1003.999"] {
            let run = try await program.bailey("attack show \(id) $places")
            #expect(run.status == 2)
            #expect(run.output.isEmpty)
        }
    }

    @Test("An imported bundle is used from then on, when it is not older than what ships")
    func importing() async throws {
        try addBundle("attack-99.1.json")
        let made = try await program.bailey("attack import $tree/attack-99.1.json $places")
        #expect(made.status == 0, "\(made.errors)")
        #expect(try await program.bailey("attack status $places").output.contains("ATT&CK 99.1: 1 techniques in use"))
        #expect(try await program.bailey("attack search larder $places").output.contains("T9001"))
        #expect(try await program.bailey("attack show T1003 $places").status == 2)

        try addBundle("older.json", version: "9.0")
        #expect(try await program.bailey("attack import $tree/older.json $places").status == 0)
        #expect(
            try await program.bailey("attack status $places").output.hasPrefix("ATT&CK 18.1: 691 techniques in use"))
    }

    @Test("An import that fails says why, and leaves what was there before")
    func failedImport() async throws {
        try addBundle("attack-99.1.json")
        #expect(try await program.bailey("attack import $tree/attack-99.1.json $places").status == 0)
        try program.tree.add("broken.json", #"{"type": "bundle", "objects": [{]}"#)
        for source in [
            "$tree/broken.json", "$tree/missing.json", "http://attack.invalid/x.json", "https://127.0.0.1:1/x.json",
            "/dev/zero",
        ] {
            let run = try await program.bailey("attack import \(source) $places")
            #expect(run.status == 3, "\(source)")
            #expect(!run.errors.isEmpty)
        }
        #expect(try await program.bailey("attack status $places").output.contains("99.1"))
    }

    /// Serves the tree over TLS on loopback, until its input ends.
    private static let server = """
        import functools, http.server, os, ssl, sys, threading
        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *_): pass
            def do_GET(self):
                if self.path == "/clear":
                    self.send_response(302)
                    self.send_header("Location", "http://127.0.0.1:1/attack-99.1.json")
                    self.end_headers()
                else: super().do_GET()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=sys.argv[1]))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[2], sys.argv[3])
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print("ready", server.server_address[1], flush=True)
        sys.stdin.read()
        os._exit(0)
        """

    @Test(
        "A bundle is downloaded over https from whom SSL_CERT_FILE or the host's trust store vouches for, and nobody else"
    )
    func downloading() async throws {
        try addBundle("attack-99.1.json")
        try addBundle("newer/attack-99.2.json")
        let own = try TestCertificate(in: program.tree)
        try program.tree.add("server.py", Self.server)
        let server = try RunningProgram([
            "/usr/bin/python3", "\(program.tree.path)/server.py", program.tree.path, own.certificate, own.key,
        ])
        let url = "https://127.0.0.1:\(server.announcement)"

        let unknown = try await program.bailey("attack import \(url)/attack-99.1.json $places")
        #expect(unknown.status == 3 && unknown.errors.contains("certificate is not trusted"), "\(unknown.errors)")
        #expect(unknown.errors.contains("SSL_CERT_FILE"))
        let trusted = "SSL_CERT_FILE='\(own.certificate)' $bailey attack import"
        let made = try await program.shell("\(trusted) \(url)/attack-99.1.json $places")
        #expect(made.status == 0, "\(made.errors)")
        #expect(try await program.bailey("attack status $places").output.contains("ATT&CK 99.1: 1 techniques in use"))
        for (path, why) in [("missing.json", "answered with an error"), ("clear", "curl ended with 1")] {
            let run = try await program.shell("\(trusted) \(url)/\(path) $places")
            #expect(run.status == 3 && run.errors.contains(why), "\(path): \(run.errors)")
        }
        #expect(try await program.bailey("attack status $places").output.contains("ATT&CK 99.1"))

        let store = "/etc/ssl/certs/ca-certificates.crt"
        guard FileSystemUser.isRoot, FileManager.default.fileExists(atPath: store) else { return }
        let installed = try await program.shell(
            """
            cat \(store) '\(own.certificate)' > $tree/store
            mount --bind $tree/store \(store)
            exec $bailey attack import \(url)/newer/attack-99.2.json $places
            """, by: "unshare --mount --propagation private")
        #expect(installed.status == 0, "\(installed.errors)")
        #expect(try await program.bailey("attack status $places").output.contains("ATT&CK 99.2"))
    }

    @Test("An imported index that was damaged, or that others may write, is refused and not passed over")
    func damaged() async throws {
        try addBundle("attack-99.1.json")
        #expect(try await program.bailey("attack import $tree/attack-99.1.json $places").status == 0)
        let opened = try await program.shell(
            "chmod o+w $tree/out/attack.index; exec $bailey attack search larder $places")
        #expect(opened.status == 3)
        #expect(opened.errors.contains("writable by everybody"))
        let cut = try await program.shell(
            "chmod o-w $tree/out/attack.index; truncate -s 100 $tree/out/attack.index; exec $bailey attack search larder $places"
        )
        #expect(cut.status == 3)
        #expect(cut.errors.contains("damaged"))
    }

    @Test("MITRE's notice is printed with the version")
    func notice() async throws {
        let run = try await program.bailey("attack status $places")
        #expect(run.output.contains("© 2025 The MITRE Corporation"))
    }
}
