// swift-tools-version: 6.2
import PackageDescription

// The map of Bailey: a MARK a layer, top to bottom, a sentence a target. An edge between two modules exists only where it is
// granted here, and edges only ever point down. The same layers are the folders below Sources/.

/// Settings every Swift target is built with: Swift 6 mode, nothing imported or exported by accident, no warning left standing.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// How programs that load libraries are linked for release, so that less is done at every start (`bailey --version` in 5.3 ms in place of
/// 6.6): no table of symbols that nobody looks up, the places to relocate packed (DT_RELR, glibc 2.36), and libstdc++, which the Swift
/// runtime is written with, inside like that runtime.
let linked: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs",
            "-L\(Context.packageDirectory)/Sources/CLibraries/StaticRuntime",
        ], .when(configuration: .release))
]

/// Modules with a page of their own beside their sources.
let documented: Set = ["Auditing", "PrivilegeBroker"]

/// A module in `Sources/<layer>/<name>`.
func module(_ name: String, in layer: String, uses dependencies: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies.map { .init(stringLiteral: $0) }, path: "Sources/\(layer)/\(name)",
        exclude: documented.contains(name) ? ["README.md"] : [], swiftSettings: settings)
}

/// A C library that Debian ships, in `Sources/CLibraries/<name>`.
func library(_ name: String, pkgConfig: String, debianPackage: String) -> Target {
    .systemLibrary(
        name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig, providers: [.apt([debianPackage])])
}

/// The tests of one module, in `Tests/<name>Tests`.
func tests(of name: String, uses dependencies: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: ([name, "TestSupport"] + dependencies).map { .init(stringLiteral: $0) },
        path: "Tests/\(name)Tests", exclude: testData(name), swiftSettings: settings)
}

/// Folders beside a module's tests that hold data, which tests find by path.
func testData(_ name: String) -> [String] {
    switch name {
    case "SocketInventory": ["Programs"]
    case "Assessment": ["Fixtures"]
    case "Policies": ["Fixtures"]
    case "APIServer": ["Browser"]
    case "Reporting": ["Golden", "Browser"]
    case "CaseManagement", "Triage": ["Fixtures"]
    default: []
    }
}

let package = Package(
    name: "bailey",
    products: [
        .executable(name: "bailey", targets: ["bailey"]),
        .executable(name: "bailey-broker", targets: ["bailey-broker"]),
        .executable(name: "bailey-spawner", targets: ["bailey-spawner"]),
        .executable(name: "bailey-sudo", targets: ["bailey-sudo"]),
        .executable(name: "bailey-core", targets: ["bailey-core"]),
    ],
    targets: [
        // MARK: Executables
        // The command line: every question a person has, as text or JSON.
        .executableTarget(
            name: "bailey", dependencies: ["Commands"], path: "Sources/Executables/bailey", swiftSettings: settings,
            linkerSettings: linked),
        // The core as a service: stores, triages, answers producers on this host.
        .executableTarget(
            name: "bailey-core", dependencies: ["CoreService"], path: "Sources/Executables/bailey-core",
            swiftSettings: settings, linkerSettings: linked),

        // The only code that acts as root: runs what a policy and the people it names have allowed.
        .executableTarget(
            name: "bailey-broker", dependencies: ["BrokerServer"],
            path: "Sources/Executables/bailey-broker", swiftSettings: settings, linkerSettings: linked),
        // Forks the monitors of commands for the broker, which is too large to be copied for each.
        .executableTarget(
            name: "bailey-spawner", dependencies: ["CLinux"], path: "Sources/Executables/bailey-spawner",
            linkerSettings: [.unsafeFlags(["-static-executable"], .when(configuration: .release))]),
        // Stands in for sudo: the same command line, asked of the broker.
        .executableTarget(
            name: "bailey-sudo", dependencies: ["SudoClient"], path: "Sources/Executables/bailey-sudo",
            swiftSettings: settings,
            // It starts for every command: without libraries to load and relocate in 1.4 ms in place of 2.9. Linked by lld it faults 136 pages
            // in, by gold 156.
            linkerSettings: [.unsafeFlags(["-static-executable", "-use-ld=lld"], .when(configuration: .release))]),

        // MARK: Interfaces
        // bailey-core from its arguments to its end.
        module(
            "CoreService", in: "Interfaces",
            uses: [
                "APIAccess", "APIServer", "Assessment", "Auditing", "CaseManagement", "ControlFrameworks",
                "Cryptography", "HTTPServer", "HostModel", "LinuxSystem", "LocalIntake", "Notifications", "Policies",
                "PrivilegeBroker", "Storage", "TechniqueLookup", "Triage",
            ]),
        // The API over HTTP: who asks, whether they may, and what they are told.
        module(
            "APIServer", in: "Interfaces",
            uses: [
                "APIAccess", "Auditing", "CaseManagement", "CoreRoutes", "Cryptography", "HTTPServer", "JSON",
                "LinuxSystem", "Notifications", "Storage", "Triage",
            ]),
        // What can be asked of the core, a route a file: declared once, for the server, its document, and the command line.
        module(
            "CoreRoutes", in: "Interfaces",
            uses: [
                "APIAccess", "CaseManagement", "Cryptography", "JSON", "Notifications", "Reporting", "Storage",
                "Triage",
            ]),
        // Reads the command line, calls the layers below, prints and writes what they answer.
        module(
            "Commands", in: "Interfaces",
            uses: [
                "Assessment", "Reporting", "Auditing", "BrokerProtocol", "PrivilegeBroker", "SudoClient",
                "SocketInventory",
                "HostFacts", "HostModel", "Findings", "Policies", "ProcessInventory", "TerminalText",
                "ControlFrameworks", "JSON", "Cryptography", "LinuxSystem", "QRCode", "SessionRecordings", "AttackData",
                "APIAccess", "AttackRetrieval", "CaseManagement", "CoreRoutes", "HTTPClient", "LocalIntake",
                "Notifications", "Storage", "TechniqueLookup", "Triage",
            ]),

        // MARK: Operations
        // ATT&CK as triage asks it: the index that ships or was imported, many threads at once, the last answers kept.
        module(
            "TechniqueLookup", in: "Operations", uses: ["AttackData", "AttackRetrieval", "LinuxSystem", "Triage"]),
        // The catalogue of Enterprise ATT&CK, made from a STIX bundle, and the search for the techniques that a text is about.
        module("AttackRetrieval", in: "Operations", uses: ["JSON"]),
        // The core's socket for producers on this host, and what they keep on disk while nobody answers there.
        module(
            "LocalIntake", in: "Operations",
            uses: ["CaseManagement", "Cryptography", "JSON", "LinuxSystem", "Storage", "Triage"]),
        // Who may ask the core for what over the network: tokens by their hashes, scopes, lock-outs, rates.
        module("APIAccess", in: "Operations", uses: ["Cryptography", "JSON", "LinuxSystem"]),
        // Takes alerts in, joins them to cases, and keeps cases to their end: states, evidence, figures, reports.
        module(
            "CaseManagement", in: "Operations",
            uses: ["Triage", "Storage", "Reporting", "Policies", "JSON", "Cryptography", "SQLite", "LinuxSystem"]),
        // Reads alerts of any shape, finds what they are about, and judges them by rules and numbers.
        module(
            "Triage", in: "Operations",
            uses: ["Reporting", "Policies", "Findings", "HostModel", "JSON", "Masking", "Cryptography"]),
        // Tells people and programs what the core finds: rules, channels, what waits, was sent, or was laid aside.
        module(
            "Notifications", in: "Operations",
            uses: [
                "CaseManagement", "Cryptography", "HTTPClient", "JSON", "LinuxSystem", "Masking", "Policies", "SQLite",
                "Storage", "SyslogText", "Triage",
            ]),
        // The core's database: its schema, its migrations, and many writers who share one sync of the disk.
        module("Storage", in: "Operations", uses: ["LinuxSystem", "SQLite"]),

        // MARK: Posture
        // Holds a snapshot against policies and checks, and answers with evidence.
        module(
            "Assessment", in: "Posture", uses: ["HostModel", "Findings", "Policies", "ControlFrameworks", "JSON"]),
        // Turns an assessment into JSON documents, the dashboard and text.
        module(
            "Reporting", in: "Posture",
            uses: ["Assessment", "HostModel", "Findings", "Policies", "ControlFrameworks", "JSON", "TerminalText"]),

        // MARK: Guardrails
        // Answers clients as root: a thread each, requests carried from policy and approval to the record, the command and its end.
        module(
            "BrokerServer", in: "Guardrails",
            uses: [
                "Auditing", "BrokerProtocol", "Cryptography", "HostModel", "LinuxSystem", "Masking", "PAM", "Policies",
                "PrivilegeBroker", "SessionRecordings",
            ]),
        // Who may run what as root, who allowed it, once: approvals, sessions, proofs, as state machines without clocks or sockets.
        module(
            "PrivilegeBroker", in: "Guardrails",
            uses: ["BrokerProtocol", "Cryptography", "HostModel", "LinuxSystem", "Policies"]),
        // The broker's clients: the connection, the person asked at the terminal, the command's terminal; sudo's command line, messages.
        module("SudoClient", in: "Guardrails", uses: ["BrokerProtocol", "LinuxSystem", "TerminalText"]),
        // What clients and the broker say to each other, as frames of bytes that are bounded on both sides.
        module("BrokerProtocol", in: "Guardrails", uses: ["LinuxSystem"]),
        // What a terminal showed, as asciicast v2 files: written while it happens, shown again without what could steer a terminal.
        module("SessionRecordings", in: "Guardrails", uses: ["JSON", "LinuxSystem"]),
        // The record of what was done with privilege: a hash chain in files, durable before anything happens.
        module("Auditing", in: "Guardrails", uses: ["Cryptography", "JSON", "LinuxSystem", "Masking", "SyslogText"]),

        // MARK: Host
        // Every socket of every network namespace, and the processes that hold it.
        module("SocketInventory", in: "Host", uses: ["HostModel", "LinuxSystem", "Netlink", "ProcessInventory"]),
        // The other facts of a host: accounts, services, kernel parameters, files; one fact, one file.
        module("HostFacts", in: "Host", uses: ["HostModel", "JSON", "LinuxSystem", "Netlink", "ProcessInventory"]),
        // What a process is: its start, program, arguments, user, unit and container.
        module("ProcessInventory", in: "Host", uses: ["HostModel", "LinuxSystem", "Masking"]),

        // MARK: Model
        // What policies say and what they decide; parsed strictly, decided purely.
        module(
            "Policies", in: "Model",
            uses: [
                "HostModel", "ControlFrameworks", "Findings", "JSON", "YAML", "PatternMatching", "Cryptography",
                // For the names of dangerous variables alone; it does no I/O.
                "LinuxSystem",
            ]),
        // The one currency between everything that notices something and everything that acts on it.
        module("Findings", in: "Model", uses: ["ControlFrameworks", "HostModel", "Cryptography"]),
        // ISO/IEC 27001:2022 Annex A, NIST CSF 2.0 and SP 800-53 r5: ids that exist, titles in our own words.
        module("ControlFrameworks", in: "Model"),
        // What was seen on a host, when, and what could not be seen.
        module("HostModel", in: "Model", uses: ["JSON"]),
        // Takes secrets out of what is kept: command lines, environments, reasons.
        module("Masking", in: "Model"),
        // Messages of syslog as RFC 5424 has them.
        module("SyslogText", in: "Model"),
        // Text from outside made harmless for a terminal.
        module("TerminalText", in: "Model"),
        // JSON text: a streaming writer with keys in the order written, and a bounded reader.
        module("JSON", in: "Model"),

        // MARK: Platform
        // HTTP/1.1 requests in, by libmicrohttpd: bounded, on threads of their own, over Unix sockets and addresses of this host.
        module("HTTPServer", in: "Platform", uses: ["CLinux", "CMicroHTTPD", "LinuxSystem"]),
        // The index of ATT&CK that ships, MITRE's notice and the detection knowledge, as bytes in the program.
        module("AttackData", in: "Platform", uses: ["CAttackData"]),
        // Proof of who is there, by the host's own authentication modules.
        module("PAM", in: "Platform", uses: ["CPAM", "LinuxSystem"]),
        // What is sent out: requests over HTTP(S) or a Unix socket, and mail, by libcurl, which is loaded when something is first sent.
        module("HTTPClient", in: "Platform", uses: ["CCurl", "LinuxSystem"]),
        // Netlink requests and replies: sock_diag, links, nf_tables.
        module("Netlink", in: "Platform", uses: ["CLinux", "CMnl", "LinuxSystem"]),
        // Files, processes, users, namespaces, names, time: what Bailey asks of Linux.
        module("LinuxSystem", in: "Platform", uses: ["CLinux"]),
        // Root's rights one by one: their names, and the sets a process holds.
        module("Capabilities", in: "Platform", uses: ["CCap"]),
        // Databases in one file: connections, statements, transactions, by SQLite.
        module("SQLite", in: "Platform", uses: ["CSQLite"]),
        // YAML documents as trees whose every node knows its line and column.
        module("YAML", in: "Platform", uses: ["CYAML"]),
        // Regular expressions that may be written by one person and held against another's text: bounded, by PCRE2.
        module("PatternMatching", in: "Platform", uses: ["CPCRE2"]),
        // QR codes, drawn on a terminal: how a key gets into an authenticator app.
        module("QRCode", in: "Platform", uses: ["CQREncode"]),
        // Digests, signatures, slow hashes, random numbers, by OpenSSL.
        module("Cryptography", in: "Platform", uses: ["CCrypto", "LinuxSystem"]),

        // MARK: CLibraries
        // What has to be C: kernel structures and macros Swift cannot import, and what runs between fork and exec.
        .target(
            name: "CLinux", path: "Sources/CLibraries/CLinux",
            // The parser of DNS answers (ns_initparse) is not in libc itself.
            linkerSettings: [.linkedLibrary("resolv")]),
        // The bytes themselves, which only C can embed without a literal that takes minutes to compile.
        .target(
            name: "CAttackData", path: "Sources/CLibraries/CAttackData",
            exclude: ["NOTICE.txt", "attack.index", "knowledge"]),
        // libmicrohttpd: an HTTP server in a library, whose parser has met the network for years.
        library("CMicroHTTPD", pkgConfig: "libmicrohttpd", debianPackage: "libmicrohttpd-dev"),
        // libcurl: HTTP, TLS and SMTP as a client. It is opened by name at run time, so nothing is linked and pkg-config not asked.
        .systemLibrary(
            name: "CCurl", path: "Sources/CLibraries/CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        // libmnl: netlink sockets and messages, without hand-made alignment rules.
        library("CMnl", pkgConfig: "libmnl", debianPackage: "libmnl-dev"),
        // Linux-PAM: passwords and what else a host proves identity by.
        library("CPAM", pkgConfig: "pam", debianPackage: "libpam0g-dev"),
        // libyaml: the reference YAML parser; its marks give line and column.
        library("CYAML", pkgConfig: "yaml-0.1", debianPackage: "libyaml-dev"),
        // libpcre2: regular expressions with limits on matching steps, depth and memory.
        library("CPCRE2", pkgConfig: "libpcre2-8", debianPackage: "libpcre2-dev"),
        // libqrencode: QR codes, whose error correction is nothing to write again.
        library("CQREncode", pkgConfig: "libqrencode", debianPackage: "libqrencode-dev"),
        // libsqlite3: findings, alerts and cases, indexed, durable, in one file.
        library("CSQLite", pkgConfig: "sqlite3", debianPackage: "libsqlite3-dev"),
        // libcap: names of capabilities, and the IAB sets that outlive an exec.
        library("CCap", pkgConfig: "libcap", debianPackage: "libcap-dev"),
        // libcrypto (OpenSSL 3): SHA-256, Ed25519, HMAC, scrypt.
        library("CCrypto", pkgConfig: "libcrypto", debianPackage: "libssl-dev"),

        // MARK: Tests
        // Looks names up inside the namespaces that tests of the resolver make.
        .executableTarget(
            name: "ResolverProbe", dependencies: ["LinuxSystem"], path: "Tests/ResolverProbe", swiftSettings: settings),
        // Proves an account by PAM, inside the namespaces that tests of it make.
        .executableTarget(
            name: "PAMProbe", dependencies: ["PAM", "LinuxSystem"], path: "Tests/PAMProbe", swiftSettings: settings),
        // Starts commands as the broker does, to be killed by tests, and measured.
        .executableTarget(
            name: "ExecutionProbe", dependencies: ["LinuxSystem"], path: "Tests/ExecutionProbe", swiftSettings: settings
        ),
        // A writer of an audit log that tests kill, starve and measure.
        .executableTarget(
            name: "AuditingProbe", dependencies: ["Auditing", "Cryptography", "LinuxSystem"],
            path: "Tests/AuditingProbe", swiftSettings: settings),
        // A store of alerts that is filled and measured.
        .executableTarget(
            name: "CoreProbe",
            dependencies: [
                "AttackRetrieval", "CaseManagement", "LinuxSystem", "SQLite", "Storage", "TechniqueLookup", "Triage",
            ],
            path: "Tests/CoreProbe", swiftSettings: settings),
        // Temporary trees, namespaces, users and processes that tests make and take away again.
        .target(
            name: "TestSupport", dependencies: ["LinuxSystem"], path: "Tests/TestSupport",
            exclude: ["Browser", "Receivers"],
            swiftSettings: settings),
        // The built program, run as people run it.
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "bailey", "bailey-broker", "bailey-core", "bailey-sudo", "JSON", "LinuxSystem", "TestSupport",
            ],
            path: "Tests/EndToEndTests", exclude: ["TerminalSession.py"], swiftSettings: settings),
        tests(
            of: "Commands",
            uses: [
                "Assessment", "Auditing", "CaseManagement", "Findings", "HTTPServer", "HostModel", "JSON",
                "LinuxSystem", "LocalIntake", "Policies", "Reporting", "SessionRecordings", "Storage",
                "TechniqueLookup", "Triage",
            ]),
        tests(
            of: "Reporting",
            uses: [
                "Assessment", "HostModel", "Findings", "Policies", "ControlFrameworks", "JSON", "Cryptography",
                "TerminalText",
            ]),
        tests(
            of: "Assessment",
            uses: [
                "HostFacts", "HostModel", "Findings", "Policies", "ControlFrameworks", "JSON", "LinuxSystem",
                "Reporting",
                "YAML",
            ]),
        tests(
            of: "PrivilegeBroker", uses: ["BrokerProtocol", "Cryptography", "HostModel", "LinuxSystem", "Policies"]),
        tests(of: "SessionRecordings", uses: ["JSON", "LinuxSystem"]),
        tests(of: "SudoClient", uses: ["BrokerProtocol", "LinuxSystem", "bailey", "bailey-sudo"]),
        tests(of: "BrokerProtocol", uses: ["LinuxSystem"]),
        tests(of: "HostFacts", uses: ["HostModel", "JSON", "LinuxSystem", "ProcessInventory"]),
        tests(
            of: "Policies",
            uses: ["HostModel", "ControlFrameworks", "Cryptography", "Findings", "JSON", "LinuxSystem", "YAML"]),
        tests(of: "ControlFrameworks"),
        tests(of: "HostModel"),
        tests(of: "HTTPServer", uses: ["LinuxSystem"]),
        tests(of: "HTTPClient", uses: ["LinuxSystem"]),
        tests(
            of: "Notifications",
            uses: [
                "CaseManagement", "Cryptography", "HTTPClient", "JSON", "LinuxSystem", "Policies", "Storage", "Triage",
                "bailey-core",
            ]),
        tests(of: "Netlink"),
        tests(of: "SocketInventory", uses: ["HostModel", "LinuxSystem", "Netlink"]),
        tests(of: "TechniqueLookup", uses: ["AttackData", "AttackRetrieval", "LinuxSystem", "Triage"]),
        tests(of: "AttackRetrieval", uses: ["AttackData", "JSON", "LinuxSystem"]),
        tests(of: "Masking"),
        tests(of: "JSON"),
        tests(of: "PAM", uses: ["PAMProbe"]),
        tests(of: "Cryptography", uses: ["LinuxSystem"]),
        tests(of: "Auditing", uses: ["AuditingProbe", "Cryptography", "JSON", "LinuxSystem"]),
        tests(of: "LinuxSystem", uses: ["ExecutionProbe", "ResolverProbe", "Capabilities"]),
        tests(of: "Capabilities", uses: ["LinuxSystem"]),
        tests(of: "APIAccess", uses: ["LinuxSystem"]),
        tests(
            of: "APIServer",
            uses: [
                "APIAccess", "CaseManagement", "HTTPClient", "HTTPServer", "JSON", "LinuxSystem", "SQLite", "Storage",
                "Triage", "bailey", "bailey-core",
            ]),
        tests(of: "CoreRoutes", uses: ["JSON"]),
        tests(
            of: "LocalIntake",
            uses: ["CaseManagement", "LinuxSystem", "SQLite", "Storage", "Triage", "bailey-core", "CoreProbe"]),
        tests(
            of: "CaseManagement",
            uses: ["Triage", "Storage", "JSON", "Cryptography", "SQLite", "LinuxSystem"]),
        tests(of: "Triage", uses: ["Findings", "JSON", "Policies"]),
        tests(of: "Storage", uses: ["LinuxSystem", "SQLite"]),
        tests(of: "SQLite"),
        tests(of: "YAML"),
        tests(of: "PatternMatching"),
        tests(of: "QRCode"),
    ]
)

// A build for release is of what people run: what is below Tests/ cannot be linked with the Swift runtime inside (there is no static
// Testing), and without it `swift build` makes all programs at once.
if Context.environment["BAILEY_RELEASE"] != nil {
    package.targets.removeAll { $0.path?.hasPrefix("Tests/") ?? false }
}

// Fuzz targets have libFuzzer's main function, not one of their own, so they are there only when `scripts/fuzz` builds everything with
// its instrumentation.
if Context.environment["BAILEY_FUZZ"] != nil {
    package.targets += [
        // Policies as somebody could write them: command, prompt and playbook policies, and what is imported into them.
        .executableTarget(
            name: "FuzzPolicy", dependencies: ["HostModel", "Policies"], path: "Tests/Fuzz/FuzzPolicy",
            exclude: ["Seeds"],
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]),
        // Bytes as a hostile client or broker would send them.
        .executableTarget(
            name: "FuzzProtocol", dependencies: ["BrokerProtocol"], path: "Tests/Fuzz/FuzzProtocol",
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]),
    ]
}
