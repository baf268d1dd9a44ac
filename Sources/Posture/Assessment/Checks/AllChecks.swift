/// The checks that there are.
package enum CheckRegistry {
    /// Those that think, one file each, in alphabetical order of their files. Those that only compare are data: `FactCheck`.
    package static let builtIn: [any Check] = [
        AlternatePrivilegePathsRestricted(),
        AuditLoggingPrivilegedActions(),
        BackupConfigured(),
        ChannelAllowlistConfigured(),
        CommandPolicyEnforced(),
        EgressAllowlistConfigured(),
        EgressConnectionsApproved(),
        ElevationTimeout30m(),
        GatewayLoopbackOnly(),
        GroupMentionsRequired(),
        InsecurePortsRemediated(),
        LeastPrivilegeEnforced(),
        MultiFactorApproval(),
        OpenPortsApproved(),
        PrivilegeApprovalRequired(),
        PromptInjectionControls(),
        RootOnlyUIDZero(),
        RuntimePrivilegeHookInstalled(),
        SecretsPermissionsHardened(),
        SessionBoundaryEnforced(),
        UpdateHygiene(),
    ]
}
