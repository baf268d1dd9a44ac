/// How one kind of attack is told from single events, and what to do about it: data. One that ships is a file of its own in `Playbooks/` and
/// a place in `Playbooks.all`; a `PlaybookPolicy` gives it other numbers, and adds others.
///
/// A signal is something an alert shows. A rule counts signals for one subject (a source address, a user, a host) in a window of time; once
/// its threshold is reached, the alert that reached it has at least the rule's verdict.
package struct Playbook: Sendable {
    package struct Signal: Sendable {
        /// Unique within the playbook.
        var name: String
        /// Any of these makes the signal, unless `unless` speaks against it.
        var groups: Set<String> = []
        var techniques: [String] = []
        /// In lower case; found anywhere in title, body and rule.
        var phrases: [String] = []
        var findingKinds: Set<String> = []
        var unless: [String] = []
        /// Only of alerts at least this bad.
        var atLeast: AlertSeverity = .informational
    }

    /// What events are counted by. The raw value is what policies and documents say; the store's keys have the case's name.
    package enum Subject: String, Sendable, CaseIterable {
        case sourceAddress = "source_address"
        case destinationAddress = "destination_address"
        case user, host
    }

    package struct Rule: Sendable {
        /// Unique within the playbook, never changed once shipped: policies name it.
        var name: String
        var signal: String
        var by: Subject
        /// So many events, repeats counted, or so many different values of `distinct`.
        var threshold: Int
        var distinct: Subject?
        /// Of the same subject within the window, at least so often: failures before the success.
        var after: (signal: String, count: Int)?
        var minutes: Int
        var verdict: Verdict
        /// What it means when the threshold is reached. `{count}`, `{subject}` and `{minutes}` are filled in.
        var meaning: String
    }

    package var id: String
    package var title: String
    package var signals: [Signal]
    package var rules: [Rule]
    /// What a person does now, in this order.
    package var actions: [String]
    /// What speaks for it being harmless.
    package var falsePositives: [String]
}
