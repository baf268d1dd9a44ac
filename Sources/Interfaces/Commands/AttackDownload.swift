import LinuxSystem

/// Fetches a bundle of ATT&CK by curl, which is a program of its own: what parses answers of the network holds no right of Bailey's
/// caller beyond his own, and no library of it is linked into the program.
enum AttackDownload {
    private static let program = "/usr/bin/curl"
    private static let timeLimit = Duration.seconds(300)

    /// What names another trust store (curl(1), ENVIRONMENT). Nothing else of the caller's environment reaches curl.
    private static let trustStore = ["CURL_CA_BUNDLE", "SSL_CERT_DIR", "SSL_CERT_FILE"]

    /// - Parameter sizeLimit: bytes of the answer; a longer one is refused.
    static func bytes(
        of url: String, sizeLimit: Int, in environment: InvocationEnvironment
    ) throws(CommandError) -> [UInt8] {
        guard url.hasPrefix("https://") else {
            throw .couldNotRun(
                url, "is not fetched: only https proves who answers",
                remedy: "fetch it yourself, and give bailey the file")
        }
        let outcome: ChildProcess.Outcome
        do throws(SystemError) {
            outcome = try ChildProcess.run(
                program,
                arguments: [
                    "--disable", "--silent", "--fail", "--location", "--max-redirs", "5", "--proto", "=https",
                    "--proto-redir", "=https", "--max-time", "240", "--max-filesize", "\(sizeLimit)", "--", url,
                ],
                environment: trustStore.compactMap { name in environment.variable(name).map { "\(name)=\($0)" } },
                timeLimit: timeLimit, outputLimit: sizeLimit + 1)
        } catch {
            let remedy = "fetch the bundle yourself, and give bailey the file"
            guard error.code == .notFound else { throw .couldNotRun(error, remedy: remedy) }
            throw .couldNotRun(program, "is not there to fetch \(url)", remedy: "apt-get install curl, or \(remedy)")
        }
        guard outcome.ending == .exited(code: 0) else { throw .couldNotRun(url, failure(outcome.ending)) }
        guard outcome.output.count <= sizeLimit else {
            throw .couldNotRun(url, "answered with more than \(sizeLimit >> 20) MB")
        }
        return outcome.output
    }

    /// The codes are those of curl(1).
    private static func failure(_ ending: ChildProcess.Ending) -> String {
        switch ending {
        case .exited(code: 6): "the name of its host could not be resolved"
        case .exited(code: 7): "its host could not be reached"
        case .exited(code: 22): "its host answered with an error"
        case .exited(code: 28), .timedOut: "took longer than four minutes"
        case .exited(code: 60):
            "its host's certificate is not trusted: where it is of a CA of your own, put that into this host's trust store (update-ca-certificates), or name it in SSL_CERT_FILE"
        case .exited(code: 63): "is larger than is read"
        case .exited(let code): "curl ended with \(code)"
        case .signalled(let number): "curl was ended by signal \(number)"
        }
    }
}
