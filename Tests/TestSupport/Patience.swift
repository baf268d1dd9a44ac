package import Testing

// Tests wait for what has to come, and these end the ones that hang. They measure no speed, and a test waits as long as the machine needs:
// all tests of a run begin at once, so that what one takes counts, beside its own work, the time until a processor gets round to it.

extension Duration {
    /// How long to wait for something another process or thread has to do.
    package static let patience = Duration.seconds(120)
}

extension Trait where Self == TimeLimitTrait {
    /// Ends a test that hangs.
    package static var patience: Self { .timeLimit(.minutes(30)) }
}
