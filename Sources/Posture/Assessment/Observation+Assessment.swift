private import Findings
package import HostModel

extension Observation {
    /// Answers from the value when there is one. What could not be seen is not assessed; what is not there is not applicable, or what
    /// `absent` makes of it.
    package func assess(
        absent: (_ why: String, _ source: String) -> CheckAnswer = { .notApplicable([Evidence($0, from: $1)]) },
        _ evaluate: (_ value: Value, _ source: String) -> CheckAnswer
    ) -> CheckAnswer {
        switch self {
        case .seen(let value, let source): evaluate(value, source)
        case .absent(let why, let source): absent(why, source)
        case .unseen(let gap): .notAssessed(gap)
        }
    }
}
