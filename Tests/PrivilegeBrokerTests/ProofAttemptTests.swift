import BrokerProtocol
import HostModel
import LinuxSystem
import PrivilegeBroker
import Testing

@Suite struct ProofAttemptTests {
    private let key = ProofAttempts.Key(user: UserID(1000), kind: .password)

    @Test("Each wrong answer doubles the pause before the next is looked at")
    func pauses() {
        var attempts = ProofAttempts()
        #expect(attempts.begin(key, at: Scene.seconds(0)) == .granted)
        #expect(attempts.begin(key, at: Scene.seconds(0)) == .pause(.seconds(1)))
        #expect(attempts.begin(key, at: Scene.seconds(1)) == .granted)
        #expect(attempts.begin(key, at: Scene.seconds(2)) == .pause(.seconds(1)))
        #expect(attempts.begin(key, at: Scene.seconds(3)) == .granted)
        #expect(attempts.attemptsLeft(key) == 2)
    }

    @Test("The fifth wrong answer locks out for a quarter of an hour, after which counting begins anew")
    func lockout() {
        var attempts = ProofAttempts()
        for second in [0, 1, 3, 7, 15] { #expect(attempts.begin(key, at: Scene.seconds(second)) == .granted) }
        #expect(attempts.attemptsLeft(key) == 0)
        #expect(attempts.begin(key, at: Scene.seconds(16)) == .lockedOut(.seconds(899)))
        #expect(attempts.begin(key, at: Scene.seconds(914)) == .lockedOut(.seconds(1)))
        #expect(attempts.begin(key, at: Scene.seconds(915)) == .granted)
        #expect(attempts.attemptsLeft(key) == 4)
    }

    @Test("An attempt counts before it is answered: a hundred connections at once try one secret")
    func parallel() {
        var attempts = ProofAttempts()
        let granted = (0..<100).filter { _ in attempts.begin(key, at: Scene.seconds(0)) == .granted }
        #expect(granted.count == 1)
    }

    @Test("A right answer takes the count away")
    func success() {
        var attempts = ProofAttempts()
        for second in [0, 1, 3, 7] { #expect(attempts.begin(key, at: Scene.seconds(second)) == .granted) }
        attempts.succeed(key)
        #expect(attempts.begin(key, at: Scene.seconds(7)) == .granted)
        #expect(attempts.attemptsLeft(key) == 4)
    }

    @Test("Guessing at one account or kind of secret holds back no other")
    func separation() {
        var attempts = ProofAttempts()
        _ = attempts.begin(key, at: Scene.seconds(0))
        #expect(
            attempts.begin(ProofAttempts.Key(user: UserID(1001), kind: .password), at: Scene.seconds(0)) == .granted)
        #expect(attempts.begin(ProofAttempts.Key(user: UserID(1000), kind: .token), at: Scene.seconds(0)) == .granted)
    }

    @Test("What holds nobody back any more is forgotten, a lock-out is not")
    func forgetting() {
        var attempts = ProofAttempts()
        for second in [0, 1, 3, 7, 15] { _ = attempts.begin(key, at: Scene.seconds(second)) }
        attempts.forget(before: Scene.seconds(914))
        #expect(attempts.begin(key, at: Scene.seconds(914)) == .lockedOut(.seconds(1)))
        attempts.forget(before: Scene.seconds(1815))
        #expect(attempts.attemptsLeft(key) == 5)
    }
}
