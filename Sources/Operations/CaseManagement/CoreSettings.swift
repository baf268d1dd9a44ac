package import Triage

/// What the core goes by. These are the values that ship.
package struct CoreSettings: Sendable, Hashable {
    /// Alerts further apart than this are not joined by what they share.
    package var correlationWindow = Duration.seconds(24 * 3600)
    /// What shared entities have to come to before an alert joins a case; see `CorrelationScore`.
    package var joinScore = 0.3
    /// A verdict below this opens no case; the alert is kept, and may join one.
    package var opensCase = Verdict.medium
    /// From this confidence on a case is triaged without a person.
    package var automaticTriage = 0.5
    package var triageTerm = Duration.seconds(15 * 60)
    package var responseTerm = Duration.seconds(3600)
    /// A case that nobody moved for so long is moved on, at most `nudgeLimit` times.
    package var stalledAfter = Duration.seconds(30 * 60)
    package var nudgeLimit = 5
    package var closeAfterExecution = Duration.seconds(15 * 60)
    /// Alerts like it that are judged anew before who takes feedback back is answered; what is left is upkeep's.
    package var rejudgedAtOnce = 20_000
    /// Times from the future are taken for now: a source's clock, or a lie. This much is let pass.
    package var clockTolerance = Duration.seconds(5 * 60)
    /// What happened longer before it came in is history that somebody brings in, or a wrong clock: it says nothing of the time to detect,
    /// and one such time in a mean would leave nothing of the others.
    package var detectionHorizon = Duration.seconds(30 * 24 * 3600)

    package init() {}
}
