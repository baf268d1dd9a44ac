extension CommandPolicy {
    package enum Key: String, PolicyKey {
        case schema, backend
        case securePath = "secure_path"
        case approvers, agents
        case requireSession = "require_session"
        case sessionIdleMinutes = "session_idle_minutes"
        case requirePolicyFiles = "require_policy_files"
        case accountCheckSeconds = "account_check_seconds"
        case pending, lockout, audit, rules

        static let mappingName = "a command policy"
    }

    package enum ApproversKey: String, PolicyKey {
        case group
        case allowRoot = "allow_root"
        case proof

        static let mappingName = "'approvers'"
    }

    package enum AgentsKey: String, PolicyKey {
        case users, units, executables

        static let mappingName = "'agents'"
    }

    package enum PendingKey: String, PolicyKey {
        case expireSeconds = "expire_seconds"
        case limit

        static let mappingName = "'pending'"
    }

    package enum LockoutKey: String, PolicyKey {
        case attempts
        case windowSeconds = "window_seconds"
        case lockSeconds = "lock_seconds"

        static let mappingName = "'lockout'"
    }

    package enum AuditKey: String, PolicyKey {
        case syslog

        static let mappingName = "'audit'"
    }
}

extension CommandRule {
    /// In the order that rules are written in.
    package enum Key: String, PolicyKey {
        case id, effect, command, arguments, from
        case runAs = "run_as"
        case environment
        case workingDirectory = "working_directory"
        case capabilities, sandbox, approval, limits, time
        case reasonRequired = "reason_required"
        case record, unrestricted, comment, owner, expires

        static let mappingName = "a command rule"

        /// Those that say how an allowed command runs, of which a rule that denies has none.
        static let ofAllowance: [Key] = [
            .environment, .workingDirectory, .capabilities, .sandbox, .approval, .limits, .reasonRequired, .record,
            .unrestricted, .expires,
        ]
    }

    package enum ArgumentKey: String, PolicyKey {
        case oneOf = "one_of"
        case glob, regex

        static let mappingName = "a pattern of an argument"
    }

    package enum FromKey: String, PolicyKey {
        case users, groups, units, executables

        static let mappingName = "'from'"
    }

    package enum RunAsKey: String, PolicyKey {
        case user, group

        static let mappingName = "'run_as'"
    }

    package enum EnvironmentKey: String, PolicyKey {
        case keep, set

        static let mappingName = "'environment'"
    }

    package enum SandboxKey: String, PolicyKey {
        case noNewPrivileges = "no_new_privs"
        case readOnly = "read_only"
        case writable, network

        static let mappingName = "'sandbox'"
    }

    package enum LimitsKey: String, PolicyKey {
        case timeout, cpu, memory, processes
        case openFiles = "open_files"
        case output

        static let mappingName = "'limits'"
    }

    package enum TimeKey: String, PolicyKey {
        case days, hours
        case timeZone = "time_zone"

        static let mappingName = "'time'"
    }

    package enum PeerKey: String, PolicyKey {
        case peer

        static let mappingName = "an approval with a number"
    }
}
