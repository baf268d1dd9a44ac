internal import CaseManagement
internal import Notifications
internal import Triage

/// The documents that answers carry, by the names they have in the document of the API.
enum DocumentSchemas {
    private typealias Member = ValueSchema.Member
    private static let time = ValueSchema.output
    private static let severity = ValueSchema.choice(AlertSeverity.allCases.map(\.name))
    private static let verdict = ValueSchema.choice(Verdict.allCases.map(\.name))
    private static func list(_ element: ValueSchema) -> ValueSchema { .array(of: element, counts: 0...10_000_000) }
    private static func members(_ pairs: [(String, ValueSchema)]) -> [Member] { pairs.map { Member($0.0, $0.1) } }

    static let all: [String: ValueSchema] = [
        "Error": .object([
            Member("error", .output, "What was wrong, for people."),
            Member("request_id", .output, "What the log of the core has this request by."),
            Member(
                "results", list(.named("SubmissionResult")), required: false,
                "What became of each alert, where none was taken in."),
        ]),
        "Alert": .openObject(members(alert(AlertMember.record))),
        "TriagedAlert": .openObject(members(alert(AlertMember.record) + [("triage", .named("Triage"))])),
        "Triage": .openObject(members(triage)),
        "AlertList": .openObject(
            members([("schema", .count), ("alerts", list(.named("Alert"))), ("next", .optional(.identifier))])),
        "Submission": .openObject(members([("status", .count), ("results", list(.named("SubmissionResult")))])),
        "SubmissionResult": .openObject([
            Member("status", .count),
            Member("result", .choice(["created", "merged", "duplicate", "rejected", "judged"])),
            Member("error", .output, required: false, "Why it was not taken in."),
            Member("triage_id", .identifier, required: false), Member("case_id", .identifier, required: false),
            Member("verdict", verdict, required: false), Member("occurrences", .count, required: false),
            Member("triage", .named("Triage"), required: false, "With store=false."),
        ]),
        "TextTriage": .openObject([
            Member("triage", .named("Triage")),
            Member("triage_id", .identifier, required: false, "What feedback refers to; not there with store: false."),
            Member("case_id", .optional(.identifier), required: false),
        ]),
        "SummaryList": .openObject(
            members([
                ("schema", .count), ("summaries", list(.named("Summary"))), ("next", .optional(.identifier)),
            ])),
        "Summary": .openObject(members(alert(AlertMember.summary))),
        "Case": .openObject(members(caseMembers)),
        "CaseFile": .openObject(
            members(
                caseMembers + [
                    ("tags", list(.output)), ("sla", .map(of: .anything)), ("alerts_in_case", list(.named("Alert"))),
                    ("links", list(.anything)), ("entities", list(.anything)), ("history", list(.anything)),
                ])),
        "CaseList": .openObject(members([("schema", .count), ("cases", list(.named("Case")))])),
        "Split": .openObject(members([("case", .named("Case")), ("new_case", .named("Case"))])),
        "TimelineEntry": .openObject(
            members([("at", time), ("kind", .output), ("actor", .output), ("text", .output)])),
        "EvidencePack": .openObject(
            members([
                ("schema_version", .output), ("case", .anything), ("manifest", .anything), ("signature", .anything),
            ])),
        "EvidenceKey": .openObject([
            Member("algorithm", .choice(["ed25519"])), Member("public_key", .output, "32 bytes as hexadecimal digits."),
            Member("pem", .output, "The same as a file for --key."),
        ]),
        "FeedbackReceipt": .openObject(members([("feedback_id", .identifier), ("analyst", .output)])),
        "FeedbackWithdrawal": .openObject([
            Member("feedback_id", .identifier),
            Member("judged_anew", .count, "Alerts whose verdict or confidence is another now."),
            Member("left", .count, "Alerts like it that the core has still to look at."),
        ]),
        "Proportion": .openObject(
            members([
                ("rate", .optional(.number)), ("count", .count), ("total", .count),
                ("interval_95", .optional(.array(of: .number, counts: 2...2))),
            ])),
        "Accuracy": .openObject(
            members([
                ("overall", .named("Proportion")), ("withdrawn", .count),
                ("by_verdict", .map(of: .named("Proportion"))),
                (
                    "by_confidence",
                    list(.openObject(members([("stated", .number), ("right", .named("Proportion"))])))
                ), ("by_technique", .map(of: .named("Proportion"))),
            ])),
        "Mean": .openObject(members([("seconds", .optional(.number)), ("count", .count)])),
        "KeyFigures": .openObject(members(keyFigures)),
        "ReportList": .openObject(
            members([
                ("schema", .count),
                (
                    "reports",
                    list(.openObject(members([("report_id", .identifier), ("kind", .output), ("made_at", time)])))
                ),
            ])),
        "ReportReceipt": .openObject(members([("report_id", .identifier)])),
        "Status": .openObject(
            members([
                ("schema", .count), ("database", .output), ("attack", .optional(.named("AttackCatalogue"))),
                ("checked", .flag), ("problems", list(.output)),
                ("totals", .map(of: .number)),
            ])),
        "AttackCatalogue": .openObject([
            Member("version", .output, "As it names itself."),
            Member("path", .optional(.output), "The file it was imported to; null for the one that ships."),
        ]),
        "NotificationList": .openObject(
            members([("schema", .count), ("notifications", list(.openObject(members(notification))))])),
        "NotificationWithText": .openObject(members(notification + [("message", .anything)])),
        "NotificationChange": .openObject([
            Member("schema", .count), Member("queued", .count, required: false),
            Member("dropped", .count, required: false),
        ]),
        "NotificationCheck": .openObject(
            members([
                ("schema", .count), ("valid", .flag),
                ("channels", list(.openObject(members([("id", .output), ("kind", .output)])))),
                ("rules", list(.openObject(members([("id", .output), ("channels", list(.output))])))),
                ("problems", list(.output)),
            ])),
        "PlaybookList": .openObject(
            members([("schema", .count), ("playbooks", list(.openObject(members(playbook))))])),
        "Playbook": .openObject(
            members(
                playbook + [
                    ("signals", list(.anything)), ("actions", list(.output)), ("false_positives", list(.output)),
                ]
            )),
        "Health": .openObject(members([("status", .output)])),
        "Version": .openObject(members([("name", .output), ("version", .output)])),
    ]

    /// A document of an alert.
    private static func alert(_ members: [AlertMember]) -> [(String, ValueSchema)] {
        members.map { member in
            let schema: ValueSchema =
                switch member {
                case .triageID: .identifier
                case .source, .sourceID, .rule, .title, .host, .state: .output
                case .severity: severity
                case .verdict: verdict
                case .confidence: .number
                case .firstSeen, .lastSeen, .receivedAt: time
                case .occurrences, .reopened: .count
                case .caseID: .optional(.identifier)
                case .techniques: list(.output)
                }
            return (member.rawValue, schema)
        }
    }

    private static let triage: [(String, ValueSchema)] = [
        ("verdict", verdict), ("confidence", .number), ("severity", severity), ("matched_techniques", list(.anything)),
        ("attack_chain", list(.anything)), ("reasoning", list(.output)), ("playbooks", list(.output)),
        ("recommended_actions", list(.output)), ("false_positive_indicators", list(.output)),
        ("investigation_queries", list(.anything)), ("unknowns", list(.output)),
    ]

    private static let notification: [(String, ValueSchema)] = [
        ("id", .identifier), ("channel", .output), ("rule", .output), ("case_id", .count), ("severity", severity),
        ("key", .output), ("state", .choice(NotificationRecord.State.allCases.map(\.rawValue))), ("attempts", .count),
        ("created_at", time), ("tried_at", .optional(time)), ("sent_at", .optional(time)), ("failure", .output),
    ]

    private static let playbook: [(String, ValueSchema)] = [
        ("id", .output), ("title", .output), ("in_force", .flag), ("origin", .choice(["shipped", "policy"])),
        ("where", .optional(.output)), ("changes", list(.anything)),
        ("rules", list(.openObject(members(playbookRule)))),
    ]

    private static let playbookRule: [(String, ValueSchema)] = [
        ("name", .output), ("in_force", .flag), ("signal", .output),
        ("by", .choice(Playbook.Subject.allCases.map(\.rawValue))), ("threshold", .count),
        ("distinct", .optional(.output)), ("after", .anything), ("minutes", .count),
        ("verdict", .choice(Verdict.allCases.map(\.word))), ("meaning", .output), ("changes", list(.anything)),
    ]

    private static let caseMembers: [(String, ValueSchema)] = [
        ("case_id", .identifier), ("title", .output), ("host", .output),
        ("state", .choice(CaseState.allCases.map(\.rawValue))), ("severity", severity), ("verdict", verdict),
        ("confidence", .number),
        (
            "blast_radius",
            .openObject(
                members([
                    ("value", .integer(0...100)),
                    ("level", .choice(BlastRadius.Level.allCases.map(\.rawValue))),
                ]))
        ),
        ("alerts", .count), ("occurrences", .count), ("techniques", list(.output)), ("assignee", .optional(.output)),
        ("first_seen", time), ("last_seen", time), ("opened_at", time), ("updated_at", time),
        ("state_since", time), ("triaged_at", .optional(time)), ("investigated_at", .optional(time)),
        ("responded_at", .optional(time)),
        ("closed_at", .optional(time)), ("refers_to", .optional(.identifier)), ("merged_into", .optional(.identifier)),
    ]

    private static let keyFigures: [(String, ValueSchema)] =
        [("period", .output), ("from", time), ("to", time)]
        + KeyFigures.means.map { ($0.0, .named("Mean")) }
        + [
            ("automatic_triage_rate", .named("Proportion")), ("false_positive_rate", .named("Proportion")),
            ("sla", .map(of: .named("Proportion"))), ("counts", .map(of: .number)),
        ]
}
