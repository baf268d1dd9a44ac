package import ControlFrameworks
package import Findings

extension FindingKind {
    /// The controls that a finding about sockets or their approvals speaks for.
    package var socketControls: [ControlID] {
        switch self {
        case .unapprovedPort:
            [.iso("A.8.9"), .iso("A.8.20"), .iso("A.8.21"), .csf("PR.IR-01"), .csf("PR.PS-01"), .csf("DE.CM-01")]
                + [.sp80053("CM-7"), .sp80053("SC-7")]
        case .insecurePort:
            [.iso("A.8.20"), .iso("A.8.21"), .iso("A.8.24"), .csf("PR.DS-02"), .csf("PR.PS-01")]
                + [.sp80053("CM-7"), .sp80053("SC-8")]
        case .publicBind:
            [.iso("A.8.20"), .iso("A.8.22"), .csf("PR.IR-01"), .csf("PR.PS-01"), .sp80053("AC-4"), .sp80053("SC-7")]
        case .sniffer:
            [.iso("A.8.16"), .iso("A.8.20"), .csf("DE.CM-01"), .csf("PR.IR-01"), .sp80053("CM-7"), .sp80053("SI-4")]
        case .unapprovedEgress:
            [.iso("A.8.12"), .iso("A.8.20"), .iso("A.8.21"), .csf("PR.IR-01"), .csf("DE.CM-01")]
                + [.sp80053("AC-4"), .sp80053("SC-7")]
        case .expiredApproval, .unusedRule:
            [.iso("A.8.9"), .iso("A.8.20"), .csf("PR.PS-01"), .sp80053("CM-7")]
        case .guardBypass, .posture: []
        }
    }

    /// The ATT&CK techniques that such a finding can be a trace of. An open port alone is none.
    var socketTechniques: [String] {
        switch self {
        // External Remote Services; Exploit Public-Facing Application.
        case .publicBind: ["T1133", "T1190"]
        // Network Sniffing; Adversary-in-the-Middle.
        case .insecurePort: ["T1040", "T1557"]
        case .sniffer: ["T1040"]
        // Application Layer Protocol (command and control); Exfiltration Over Alternative Protocol.
        case .unapprovedEgress: ["T1071", "T1048"]
        case .unapprovedPort, .expiredApproval, .unusedRule, .guardBypass, .posture: []
        }
    }
}
