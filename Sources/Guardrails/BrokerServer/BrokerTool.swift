private import LinuxSystem
internal import PrivilegeBroker

/// The program `bailey-broker`: from arguments to a server.
package enum BrokerTool {
    private static let version = "0.1.0"
    private static let help = """
        Usage: bailey-broker [OPTION...]

        Runs commands as root, or as others, that a policy allows and the people it names have agreed to. It runs as root, and is started by
        systemd (bailey-broker.socket) or by hand; SIGTERM ends it, SIGHUP has it read its policies again.

          --policies DIR      where command-policy.yaml and prompt-policy.yaml are (/etc/bailey)
          --state DIR         where it keeps the audit log, keys and recordings (/var/lib/bailey)
          --runtime DIR       where it notes what runs now (/run/bailey)
          --socket PATH       where clients connect, unless systemd made the socket (/run/bailey/broker.sock)
          --pam-service NAME  the service of /etc/pam.d for who is there, and which account may be used (bailey)
          --help, --version   tells this, or the version

        Exit codes: 0 it was told to stop, 2 wrong usage, 3 it cannot serve.

        """

    private enum Request {
        case serve(BrokerConfiguration)
        case tell(String)
        case wrong(String)
    }

    package static func main() -> Never {
        CurrentProcess.prepareStandardStreams()
        switch request(Array(CommandLine.arguments.dropFirst())) {
        case .tell(let text):
            write(text, to: .output)
            CurrentProcess.end(status: 0)
        case .wrong(let why):
            complain("\(why)\n  bailey-broker --help tells what there is")
            CurrentProcess.end(status: 2)
        case .serve(let configuration): serve(configuration)
        }
    }

    private static func serve(_ configuration: BrokerConfiguration) -> Never {
        guard CurrentProcess.effectiveUserID == 0 else {
            complain("the broker runs as root; start it by systemd, or from root's shell")
            CurrentProcess.end(status: 3)
        }
        CurrentProcess.limitMemoryArenas(to: 2)
        do throws(SystemError) { try Execution.prepareSpawner(SpawnerProgram.trusted()) } catch {
            complain("\(error): commands start more slowly")
        }
        do throws(BrokerFailure) {
            let server = try BrokerServer(configuration)
            write("ready \(configuration.socketPath)\n", to: .output)
            try server.run()
            CurrentProcess.end(status: 0)
        } catch {
            complain("\(error)")
            CurrentProcess.end(status: 3)
        }
    }

    private static func request(_ arguments: [String]) -> Request {
        var configuration = BrokerConfiguration()
        var rest = arguments[...]
        var hasSocket = false
        while let option = rest.popFirst() {
            if option == "--help" { return .tell(help) }
            if option == "--version" { return .tell("bailey-broker \(version)\n") }
            guard let key = places[option] else { return .wrong("there is no option \(option.debugDescription)") }
            guard let value = rest.popFirst(), !value.isEmpty else { return .wrong("\(option) needs a value") }
            guard option == "--pam-service" || value.hasPrefix("/") else {
                return .wrong("\(option) needs an absolute path")
            }
            configuration[keyPath: key] = value
            hasSocket = hasSocket || option == "--socket"
        }
        if !hasSocket { configuration.socketPath = "\(configuration.runtimeDirectory)/broker.sock" }
        return .serve(configuration)
    }

    private static var places: [String: WritableKeyPath<BrokerConfiguration, String>] {
        [
            "--policies": \.policyDirectory, "--state": \.stateDirectory, "--runtime": \.runtimeDirectory,
            "--socket": \.socketPath, "--pam-service": \.pamService,
        ]
    }

    private static func complain(_ text: String) { write("bailey-broker: \(text)\n", to: .error) }

    private static func write(_ text: String, to stream: StandardStream) {
        // Where it cannot be written nobody reads it.
        try? stream.write(Array(text.utf8))
    }
}
