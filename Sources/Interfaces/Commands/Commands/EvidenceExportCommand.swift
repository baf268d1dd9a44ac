import CaseManagement
import Cryptography
import Storage

/// `bailey evidence export`: a case as a document that can be checked later.
struct EvidenceExportCommand: Command {
    static let syntax = CommandSyntax(
        name: "evidence export", summary: "Print a case's evidence pack: all parts, hashed and signed.",
        details: ["It is signed with the key evidence.key beside the database, which is made the first time."],
        options: [CoreStore.stateOption], operands: [CaseChange.operand])

    private let change: CaseChange

    init(_ arguments: ParsedArguments) throws(UsageError) { change = try CaseChange(arguments, Self.syntax) }

    func run(in session: Session) throws(CommandError) -> ExitCode {
        let store = try CoreStore(change.arguments, in: session)
        let reader = try store.reader()
        guard let file = try CoreStore.storing({ () throws(StorageError) in try reader.caseFile(change.caseID) }) else {
            throw .couldNotRun("", CaseError.noCase(change.caseID).description)
        }
        var payloads: [Int: String] = [:]
        for alert in file.alerts {
            payloads[alert.id] = try CoreStore.storing { () throws(StorageError) in try reader.payload(of: alert.id) }
        }
        let ids = Set(file.alerts.map(\.id))
        let feedback = try CoreStore.storing { () throws(StorageError) in try reader.labelledAlerts() }.filter {
            ids.contains($0.alert)
        }
        let key = try store.evidenceKey()
        do throws(CryptographyError) {
            let pack = try EvidencePack.make(of: file, payloads: payloads, feedback: feedback, key: key, now: store.now)
            session.console.write(Array(pack.utf8))
        } catch { throw .couldNotRun("evidence", "could not be signed: \(error)") }
        return .done
    }
}
