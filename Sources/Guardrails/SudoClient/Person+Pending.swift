package import BrokerProtocol

extension Person {
    /// Tells that a request waits, and what lets it go on.
    package func announce(_ notice: PendingNotice) {
        let needs = notice.approvals.map(\.text).joined(separator: ", ")
        tell(
            """
            request \(notice.id) waits for approval: \(needs)
              expires in \(notice.expiresIn) s, digest \(notice.digest)
              to approve: bailey approve \(notice.id)
              to refuse:  bailey deny \(notice.id) --reason TEXT
            """)
    }
}

extension ApprovalNeed {
    /// `peer`, `peer by 2 people`.
    package var text: String { count == 1 ? method.name : "\(method.name) by \(count) people" }
}
