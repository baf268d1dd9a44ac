import Assessment
import HostModel
import Notifications
import Reporting

/// What one run has to tell, and to remember of it.
struct RunNotifications {
    private var state: NotificationState
    /// Whether there is anything to remember: a command is given, or an earlier run began to.
    private let isKept: Bool

    init(in output: borrowing OutputDirectory, isWanted: Bool) {
        let before = output.previous(NotificationState.fileName)
        state = NotificationState(reading: before)
        switch before {
        case .absent: isKept = isWanted
        case .seen, .unseen: isKept = true
        }
    }

    mutating func add(_ assessment: PostureAssessment) {
        if case .impossible(let gap) = assessment.comparison {
            state.add(assessment.newOrWorse, comparisonGap: gap)
        } else {
            state.add(assessment.newOrWorse, comparisonGap: nil)
        }
    }

    /// To be put in place before the results: a run that is killed between the two finds the same things new once more.
    var files: [OutputFile] {
        isKept ? [OutputFile(NotificationState.fileName, bytes: state.bytes)] : []
    }

    /// Tells what is pending, and records that it was told.
    func send(
        _ assessment: PostureAssessment, by command: NotifyCommand, in output: borrowing OutputDirectory,
        _ progress: Progress
    ) throws(CommandError) {
        guard state.hasNews, let message = message(about: assessment) else { return }
        progress.step("Running \(command.path)", mayWait: true)
        do throws(NotifyCommandError) { try command.send(message) } catch { throw .couldNotRun(error) }
        let told = state.told(run: Timestamp(assessment.generatedAt).description)
        try output.replace([OutputFile(NotificationState.fileName, bytes: told.bytes)])
    }

    /// The message of a run in which everything pending became new or worse.
    private func message(about assessment: PostureAssessment) -> String? {
        var pending = assessment
        pending.newOrWorse = state.pending
        if let gap = state.comparisonGap {
            pending.comparison = .impossible(gap)
        } else if case .compared = pending.comparison {
        } else {
            pending.comparison = .compared(with: nil)
        }
        return RegressionMessage(pending).map { message in
            state.uncounted > 0 ? "\(message)- and \(state.uncounted) that could not be kept\n" : "\(message)"
        }
    }
}
