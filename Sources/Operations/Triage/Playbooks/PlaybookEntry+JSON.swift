package import JSON
internal import Policies

extension JSONWriter {
    /// A playbook, and where its values come from.
    /// - Parameter isWhole: with its signals and what to do, not its rules alone.
    package mutating func value(_ entry: PlaybookEntry, isWhole: Bool) {
        object { writer in
            writer.member("id", entry.playbook.id)
            writer.member("title", entry.playbook.title)
            writer.member("in_force", entry.isInForce)
            writer.member("origin", entry.addedAt == nil ? "shipped" : "policy")
            writer.member("where", entry.addedAt?.description)
            writer.member("changes", array: { for change in entry.changes { $0.value(change) } })
            writer.member("rules", array: { for rule in entry.rules { $0.value(rule) } })
            guard isWhole else { return }
            writer.member("signals", array: { for signal in entry.playbook.signals { $0.value(signal) } })
            writer.member("actions", entry.playbook.actions)
            writer.member("false_positives", entry.playbook.falsePositives)
        }
    }

    private mutating func value(_ change: PlaybookEntry.Change) {
        objectOnOneLine {
            $0.member("value", change.value)
            $0.member("shipped", change.shipped)
            $0.member("where", change.location.description)
        }
    }

    private mutating func value(_ entry: PlaybookEntry.RuleEntry) {
        let rule = entry.rule
        object { writer in
            writer.member("name", rule.name)
            writer.member("in_force", entry.isInForce)
            writer.member("signal", rule.signal)
            writer.member("by", rule.by.rawValue)
            writer.member("threshold", rule.threshold)
            writer.member("distinct", rule.distinct?.rawValue)
            writer.key("after")
            if let after = rule.after {
                writer.objectOnOneLine {
                    $0.member("signal", after.signal)
                    $0.member("count", after.count)
                }
            } else {
                writer.null()
            }
            writer.member("minutes", rule.minutes)
            writer.member("verdict", rule.verdict.word)
            writer.member("meaning", rule.meaning)
            writer.member("changes", array: { for change in entry.changes { $0.value(change) } })
        }
    }

    private mutating func value(_ signal: Playbook.Signal) {
        object { writer in
            writer.member("name", signal.name)
            writer.member("groups", signal.groups.sorted())
            writer.member("techniques", signal.techniques)
            writer.member("phrases", signal.phrases)
            writer.member("finding_kinds", signal.findingKinds.sorted())
            writer.member("unless", signal.unless)
            writer.member("at_least", signal.atLeast.name)
        }
    }
}
