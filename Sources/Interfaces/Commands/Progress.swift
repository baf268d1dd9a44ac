/// Says on a terminal what a long run is doing. A run that is over in a moment shows nothing.
struct Progress {
    private let console: Console
    private let clock: ContinuousClock
    private let startedAt: ContinuousClock.Instant
    /// Runs shorter than this need no progress.
    private static let patience = Duration.milliseconds(250)

    init(on console: Console) {
        self.console = console
        clock = ContinuousClock()
        startedAt = clock.now
    }

    /// - Parameter mayWait: the step waits for something outside this host's own speed, name servers or another process: it is shown
    ///   at once.
    func step(_ text: String, mayWait: Bool = false) {
        guard mayWait || clock.now - startedAt >= Self.patience else { return }
        console.showProgress(text)
    }

    func end() { console.clearProgress() }
}
