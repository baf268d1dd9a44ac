import BrokerProtocol
import Testing

struct RequestListingTests {
    private func summary(_ number: UInt64, of user: String, _ arguments: [String]) throws -> RequestSummary {
        let digest = try #require(SubjectDigest([UInt8](repeating: 7, count: 32)))
        let notice = PendingNotice(
            id: RequestID(number), digest: digest, expiresIn: 300, approvals: [ApprovalNeed(.peer)])
        return RequestSummary(notice: notice, requester: user, arguments: arguments, targetUser: "root")
    }

    @Test("However long their arguments, the requests that wait are listed, each with the beginning of its command")
    func longArguments() throws {
        let long = String(repeating: "ä", count: 60_000)
        let all = try (1...64).map { try summary($0, of: "claude(1)", ["echo", "", long, "end"]) }
        let listing = RequestListing(fitting: all)
        #expect(try ServerMessage.requests(listing).encoded().count < ProtocolLimits.frame / 10)
        #expect(listing.summaries.count == 64 && listing.leftOut == 0)
        let arguments = listing.summaries[0].arguments
        #expect(arguments.count == 3 && arguments[0] == "echo" && arguments[2].hasSuffix("ä…"))
        #expect(
            RequestListing(fitting: [try summary(1, of: "ada(1)", ["id", "-u"])]).summaries[0].arguments == [
                "id", "-u",
            ])
    }

    @Test("Of more than a message takes, who asks for most loses the latest, and nobody else any; the rest is counted")
    func manyRequests() throws {
        var all = try (1...8000).map { try summary($0, of: "claude(1)", [String(repeating: "x", count: 400)]) }
        all.append(try summary(9000, of: "ada(2)", ["id"]))
        let listing = RequestListing(fitting: all)
        let encoded = try ServerMessage.requests(listing).encoded()
        var assembler = MessageAssembler()
        assembler.append(encoded)
        #expect(try assembler.next(ServerMessage.self) == .requests(listing))
        #expect(listing.summaries.last?.notice.id == RequestID(9000))
        let claude = listing.summaries.dropLast().map(\.notice.id)
        #expect(claude == (1...UInt64(claude.count)).map(RequestID.init) && claude.count > 1000)
        #expect(Int(listing.leftOut) == 8001 - listing.summaries.count)
    }
}
