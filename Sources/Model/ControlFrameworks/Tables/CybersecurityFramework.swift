// One line a subcategory: a change of wording is a change of one line.

extension ControlCatalogue {
    static let functionTitles: [ControlEntry] = [
        ControlEntry("GV", "Govern"), ControlEntry("ID", "Identify"), ControlEntry("PR", "Protect"),
        ControlEntry("DE", "Detect"), ControlEntry("RS", "Respond"), ControlEntry("RC", "Recover"),
    ]

    /// NIST CSF 2.0 (CSWP 29): 106 subcategories in 22 categories. Titles of subcategories in our own words.
    static let subcategories: [ControlSection] = [
        ControlSection(
            "GV.OC", "Organizational Context", in: "GV",
            [
                ControlEntry("GV.OC-01", "Mission known and guiding cyber risk decisions"),
                ControlEntry("GV.OC-02", "Stakeholders' security expectations understood"),
                ControlEntry("GV.OC-03", "Legal and contractual security duties managed"),
                ControlEntry("GV.OC-04", "Services that outsiders rely on, known and communicated"),
                ControlEntry("GV.OC-05", "Services we rely on, known and communicated"),
            ]),
        ControlSection(
            "GV.RM", "Risk Management Strategy", in: "GV",
            [
                ControlEntry("GV.RM-01", "Agreed aims for managing risk"),
                ControlEntry("GV.RM-02", "Stated limits on acceptable risk"),
                ControlEntry("GV.RM-03", "Cyber risk handled within enterprise risk management"),
                ControlEntry("GV.RM-04", "Direction on which responses to risk fit"),
                ControlEntry("GV.RM-05", "Channels for talking about cyber risk"),
                ControlEntry("GV.RM-06", "One method to score and rank risks"),
                ControlEntry("GV.RM-07", "Positive risks part of risk discussions"),
            ]),
        ControlSection(
            "GV.RR", "Roles, Responsibilities, and Authorities", in: "GV",
            [
                ControlEntry("GV.RR-01", "Leaders answerable for cyber risk and culture"),
                ControlEntry("GV.RR-02", "Security roles and authority assigned and understood"),
                ControlEntry("GV.RR-03", "Resources that match the risk strategy"),
                ControlEntry("GV.RR-04", "Security part of personnel practices"),
            ]),
        ControlSection(
            "GV.PO", "Policy", in: "GV",
            [
                ControlEntry("GV.PO-01", "Security policy set, communicated and enforced"),
                ControlEntry("GV.PO-02", "Security policy kept current with changes"),
            ]),
        ControlSection(
            "GV.OV", "Oversight", in: "GV",
            [
                ControlEntry("GV.OV-01", "Results of the risk strategy reviewed"),
                ControlEntry("GV.OV-02", "Risk strategy adjusted to cover all requirements"),
                ControlEntry("GV.OV-03", "Performance in managing risk measured and reviewed"),
            ]),
        ControlSection(
            "GV.SC", "Cybersecurity Supply Chain Risk Management", in: "GV",
            [
                ControlEntry("GV.SC-01", "Supplier risk programme with agreed strategy"),
                ControlEntry("GV.SC-02", "Security roles shared with suppliers and partners"),
                ControlEntry("GV.SC-03", "Supplier risk part of wider risk management"),
                ControlEntry("GV.SC-04", "Suppliers listed and ranked by criticality"),
                ControlEntry("GV.SC-05", "Security requirements written into supplier contracts"),
                ControlEntry("GV.SC-06", "Suppliers examined before agreements are made"),
                ControlEntry("GV.SC-07", "Supplier risks tracked throughout the relationship"),
                ControlEntry("GV.SC-08", "Suppliers included in incident planning and recovery"),
                ControlEntry("GV.SC-09", "Supply chain safeguards through the product life cycle"),
                ControlEntry("GV.SC-10", "Plans for what follows a supplier's departure"),
            ]),
        ControlSection(
            "ID.AM", "Asset Management", in: "ID",
            [
                ControlEntry("ID.AM-01", "Hardware inventory kept current"),
                ControlEntry("ID.AM-02", "Software and service inventory kept current"),
                ControlEntry("ID.AM-03", "Picture of authorised network communication and data flows"),
                ControlEntry("ID.AM-04", "List of services that suppliers provide"),
                ControlEntry("ID.AM-05", "Assets ranked by importance to the mission"),
                ControlEntry("ID.AM-07", "Inventory of designated data types"),
                ControlEntry("ID.AM-08", "Assets managed from acquisition to disposal"),
            ]),
        ControlSection(
            "ID.RA", "Risk Assessment", in: "ID",
            [
                ControlEntry("ID.RA-01", "Weaknesses in assets found and recorded"),
                ControlEntry("ID.RA-02", "Threat intelligence received from sharing sources"),
                ControlEntry("ID.RA-03", "Threats from inside and outside recorded"),
                ControlEntry("ID.RA-04", "Impact and likelihood of exploitation estimated"),
                ControlEntry("ID.RA-05", "Inherent risk understood and responses ranked"),
                ControlEntry("ID.RA-06", "Risk responses selected, planned and tracked"),
                ControlEntry("ID.RA-07", "Changes and exceptions assessed for risk and tracked"),
                ControlEntry("ID.RA-08", "Vulnerability reports received and acted on"),
                ControlEntry("ID.RA-09", "Hardware and software genuineness checked before use"),
                ControlEntry("ID.RA-10", "Critical suppliers assessed before acquisition"),
            ]),
        ControlSection(
            "ID.IM", "Improvement", in: "ID",
            [
                ControlEntry("ID.IM-01", "Improvements drawn from evaluations"),
                ControlEntry("ID.IM-02", "Improvements drawn from tests and exercises"),
                ControlEntry("ID.IM-03", "Improvements drawn from daily operations"),
                ControlEntry("ID.IM-04", "Incident and continuity plans maintained and improved"),
            ]),
        ControlSection(
            "PR.AA", "Identity Management, Authentication, and Access Control", in: "PR",
            [
                ControlEntry("PR.AA-01", "Identities and credentials managed for people and machines"),
                ControlEntry("PR.AA-02", "Identities proven before credentials are bound"),
                ControlEntry("PR.AA-03", "Proof of identity from people, services and devices"),
                ControlEntry("PR.AA-04", "Identity assertions protected in transit and verified"),
                ControlEntry("PR.AA-05", "Permissions by policy, with least privilege and separated duties"),
                ControlEntry("PR.AA-06", "Physical access managed according to risk"),
            ]),
        ControlSection(
            "PR.AT", "Awareness and Training", in: "PR",
            [
                ControlEntry("PR.AT-01", "General staff trained to work securely"),
                ControlEntry("PR.AT-02", "Specialists trained for their security tasks"),
            ]),
        ControlSection(
            "PR.DS", "Data Security", in: "PR",
            [
                ControlEntry("PR.DS-01", "Stored data kept confidential, intact and available"),
                ControlEntry("PR.DS-02", "Data in transit kept confidential, intact and available"),
                ControlEntry("PR.DS-10", "Data in use kept confidential, intact and available"),
                ControlEntry("PR.DS-11", "Backup copies taken, guarded and proven restorable"),
            ]),
        ControlSection(
            "PR.PS", "Platform Security", in: "PR",
            [
                ControlEntry("PR.PS-01", "Settings managed by an established practice"),
                ControlEntry("PR.PS-02", "Software updated, replaced or removed as risk demands"),
                ControlEntry("PR.PS-03", "Hardware serviced, replaced or removed as risk demands"),
                ControlEntry("PR.PS-04", "Logs produced and available to monitoring"),
                ControlEntry("PR.PS-05", "Unapproved software neither installed nor run"),
                ControlEntry("PR.PS-06", "Secure development practised and its results watched"),
            ]),
        ControlSection(
            "PR.IR", "Technology Infrastructure Resilience", in: "PR",
            [
                ControlEntry("PR.IR-01", "Networks and environments closed to unauthorised use"),
                ControlEntry("PR.IR-02", "Technology protected from environmental hazards"),
                ControlEntry("PR.IR-03", "Resilience mechanisms for normal and bad times"),
                ControlEntry("PR.IR-04", "Enough capacity to stay available"),
            ]),
        ControlSection(
            "DE.CM", "Continuous Monitoring", in: "DE",
            [
                ControlEntry("DE.CM-01", "Networks and their services watched for adverse events"),
                ControlEntry("DE.CM-02", "Physical surroundings watched for adverse events"),
                ControlEntry("DE.CM-03", "Staff activity and technology use watched"),
                ControlEntry("DE.CM-06", "External providers' activities watched"),
                ControlEntry("DE.CM-09", "Computers, software and their data watched"),
            ]),
        ControlSection(
            "DE.AE", "Adverse Event Analysis", in: "DE",
            [
                ControlEntry("DE.AE-02", "Suspicious events analysed to understand them"),
                ControlEntry("DE.AE-03", "Evidence correlated across several sources"),
                ControlEntry("DE.AE-04", "Impact and scope of events estimated"),
                ControlEntry("DE.AE-06", "Event information given to responders and tools"),
                ControlEntry("DE.AE-07", "Threat intelligence and context enrich the analysis"),
                ControlEntry("DE.AE-08", "Incidents declared by defined criteria"),
            ]),
        ControlSection(
            "RS.MA", "Incident Management", in: "RS",
            [
                ControlEntry("RS.MA-01", "Response plan carried out once an incident is declared"),
                ControlEntry("RS.MA-02", "Incident reports sorted and confirmed"),
                ControlEntry("RS.MA-03", "Incidents classified and ranked"),
                ControlEntry("RS.MA-04", "Incidents passed upward when needed"),
                ControlEntry("RS.MA-05", "Criteria applied for when recovery begins"),
            ]),
        ControlSection(
            "RS.AN", "Incident Analysis", in: "RS",
            [
                ControlEntry("RS.AN-03", "What happened and its root cause established"),
                ControlEntry("RS.AN-06", "Investigation steps recorded and kept unaltered"),
                ControlEntry("RS.AN-07", "Incident data collected with its origin preserved"),
                ControlEntry("RS.AN-08", "Extent of an incident estimated and confirmed"),
            ]),
        ControlSection(
            "RS.CO", "Incident Response Reporting and Communication", in: "RS",
            [
                ControlEntry("RS.CO-02", "Stakeholders told of incidents"),
                ControlEntry("RS.CO-03", "Incident information shared with designated parties"),
            ]),
        ControlSection(
            "RS.MI", "Incident Mitigation", in: "RS",
            [
                ControlEntry("RS.MI-01", "Incidents kept from spreading"),
                ControlEntry("RS.MI-02", "Causes of incidents removed for good"),
            ]),
        ControlSection(
            "RC.RP", "Incident Recovery Plan Execution", in: "RC",
            [
                ControlEntry("RC.RP-01", "Recovery plan carried out when called for"),
                ControlEntry("RC.RP-02", "Recovery actions chosen, ranked and performed"),
                ControlEntry("RC.RP-03", "Backups verified before restoring from them"),
                ControlEntry("RC.RP-04", "Critical functions guide operations after an incident"),
                ControlEntry("RC.RP-05", "Restored systems verified before normal service"),
                ControlEntry("RC.RP-06", "End of recovery declared and documented"),
            ]),
        ControlSection(
            "RC.CO", "Incident Recovery Communication", in: "RC",
            [
                ControlEntry("RC.CO-03", "Recovery progress reported to designated stakeholders"),
                ControlEntry("RC.CO-04", "Public updates on recovery through approved channels"),
            ]),
    ]
}
