import LinuxSystem
import PAM

/// `PAMProbe SERVICE USER SECONDS ANSWER...`: proves USER by PAM with one answer a question, and prints the verdict after what the modules
/// said. It is what the tests run in a mount namespace with a `/etc/pam.d`, `passwd` and `shadow` of their own. Once there is no answer
/// left it gives up.
///
/// `PAMProbe --account SERVICE USER SECONDS` asks the account modules alone.
@main enum Entrypoint {
    static func main() {
        let asksAccountOnly = CommandLine.arguments.dropFirst().first == "--account"
        let arguments = CommandLine.arguments.filter { $0 != "--account" }
        guard arguments.count >= 4, let seconds = Double(arguments[3]) else { CurrentProcess.end(status: 2) }
        let answers = Answers(arguments.dropFirst(4))
        let authentication = PAMAuthentication(
            service: arguments[1], user: arguments[2], requester: "tester", terminal: "/dev/pts/7",
            limit: .seconds(seconds))
        do throws(PAMError) {
            guard !asksAccountOnly else { return print(try authentication.checkAccount()) }
            print(try authentication.check(converse: answers.answer))
        } catch {
            print(error)
        }
    }
}

// Questions come one after the other, on one thread.
private final class Answers: @unchecked Sendable {
    private var rest: [String]

    init(_ answers: some Sequence<String>) { rest = Array(answers) }

    func answer(_ question: PAMQuestion) -> SecretBytes? {
        print(question)
        switch question {
        case .information, .error: return nil
        case .secret, .visible: return rest.isEmpty ? nil : SecretBytes(rest.removeFirst().utf8)
        }
    }
}
