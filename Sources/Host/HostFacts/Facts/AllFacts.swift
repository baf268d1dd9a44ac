extension FactCollectors {
    /// Every collector of simple facts, in alphabetical order.
    static let all: [any FactCollector.Type] = [
        AptFact.self,
        CoreDumpFact.self,
        FaillockFact.self,
        FileFact.self,
        JournaldFact.self,
        KernelFact.self,
        LimitsFact.self,
        LoginDefsFact.self,
        ModuleFact.self,
        MountFact.self,
        PAMFact.self,
        PackageFact.self,
        ProcessFact.self,
        ProcessorFact.self,
        PwqualityFact.self,
        SSHServerFact.self,
        SysctlFact.self,
        UmaskFact.self,
        UnitFact.self,
    ]
}
