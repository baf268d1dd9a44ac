import JSON
import Testing

@testable import Triage

@Suite struct PayloadMaskingTests {
    private func alert(_ text: String) throws -> Alert {
        try SubmittedAlerts(parsing: Array(text.utf8)).items[0].get()
    }

    @Test(
        "A secret in an alert is masked wherever it stands, before anything is made of it",
        arguments: [
            #"{"title":"login","host":"h","password":"hunter2secret"}"#,
            #"{"title":"login","host":"h","process":{"args":["mysql","--password=hunter2secret"]}}"#,
            #"{"title":"login","host":"h","process":{"args":["mysql","--password","hunter2secret"]}}"#,
            #"{"title":"ran mysql --password=hunter2secret","host":"h"}"#,
            #"{"title":"x","host":"h","message":"Authorization: Bearer hunter2secret.hunter2secret.hunter2secret"}"#,
            #"{"title":"x","host":"h","env":[{"DB_PASSWORD":"hunter2secret"}]}"#,
        ])
    func masked(text: String) throws {
        let alert = try alert(text)
        let all = [alert.payload.compactText, alert.title, alert.body] + alert.entities.map(\.value)
        #expect(!all.joined().contains("hunter2secret"), "\(all)")
        #expect(alert.payload.compactText.contains("[masked]"))
        #expect(alert.host == "h")
    }

    @Test("A number under a secret's name is masked; others stay numbers")
    func numbers() throws {
        let alert = try alert(#"{"title":"x","host":"h","password":123456,"port":22}"#)
        #expect(alert.payload["password"]?.text == "[masked]" && alert.payload["port"]?.number == 22)
    }

    @Test("Pasted text is masked too, and what names no secret stays as it is")
    func text() throws {
        let alert = try AlertReaders.read(text: "sshd: login of root with password=hunter2secret from 203.0.113.9")
        #expect(!alert.body.contains("hunter2secret") && !alert.payload.compactText.contains("hunter2secret"))
        #expect(alert.entities.contains { $0.value == "203.0.113.9" })
        let plain = #"{"host":"h","message":"Failed password for root from 203.0.113.9 port 22","title":"sshd"}"#
        #expect(try self.alert(plain).payload.compactText == plain)
    }
}
