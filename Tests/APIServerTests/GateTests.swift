import APIAccess
import CaseManagement
import HTTPServer
import JSON
import Storage
import TestSupport
import Testing
import Triage

@testable import APIServer

/// The gate by itself, asked from addresses that a test has not.
@Suite struct GateTests {
    let tree: TemporaryTree

    init() throws { tree = try TemporaryTree() }

    private func gate(_ settings: APISettings) throws -> APIGate {
        let core = try Core(
            WriteQueue(DatabaseFile(in: tree.path), now: 0), clock: { EventTime(milliseconds: 1_772_352_000_000) })
        return APIGate(
            core: ServedCore(core, state: tree.path), tokens: TokenRegister(APITokenFile(in: tree.path)),
            hosts: HostNames(of: .internet(address: "::1", port: 1), []), limits: ClientLimits(settings),
            log: BoundedLog { _ in }, failures: BoundedLog { _ in })
    }

    /// The status of a refusal; nil for what is let through.
    private func refused(_ gate: APIGate, from address: String, token: String? = nil) -> Int? {
        let head = HTTPRequestHead(
            method: "GET", path: token == nil ? "/health" : "/api/alerts",
            fields: [("Host", "localhost")] + (token.map { [("Authorization", "Bearer \($0)")] } ?? []),
            client: .address(address))
        guard case .refuse(let response) = gate.admit(head) else { return nil }
        return response.status
    }

    @Test(
        "A guesser that takes another address of its IPv6 network for each wrong token is locked out, and nobody else")
    func lockout() throws {
        let gate = try gate(APISettings())
        for number in 1...5 {
            #expect(refused(gate, from: "2001:db8::\(number)", token: "wrong-token-\(number)") == 401)
        }
        #expect(refused(gate, from: "2001:db8::ffff:1:2:3", token: "another") == 429)
        #expect(refused(gate, from: "2001:db8:0:1::1", token: "another") == 401)
        for number in 1...5 { _ = refused(gate, from: "192.0.2.\(number)", token: "wrong-token-\(number)") }
        #expect(refused(gate, from: "192.0.2.6", token: "another") == 401)
        // The same client, whichever way its address is written.
        for _ in 1...4 { _ = refused(gate, from: "::ffff:192.0.2.6", token: "another") }
        #expect(refused(gate, from: "192.0.2.6", token: "another") == 429)
    }

    @Test("An IPv6 network asks as often as one client may, and an IPv4 address by itself")
    func rate() throws {
        var settings = APISettings()
        settings.requestsPerMinute = 12
        let gate = try gate(settings)
        #expect(refused(gate, from: "2001:db8::1") == nil)
        #expect(refused(gate, from: "2001:db8::2") == nil)
        #expect(refused(gate, from: "2001:db8::3") == 429)
        #expect(refused(gate, from: "2001:db8:1::3") == nil)
        for number in 1...3 { #expect(refused(gate, from: "192.0.2.\(number)") == nil) }
    }
}
