private import CSQLite

/// A prepared statement. It is finalised before its connection is closed, or right after: sqlite3_close_v2 waits for it.
final class Statement {
    private let handle: OpaquePointer
    private let text: StaticString

    init(_ text: StaticString, on database: OpaquePointer) throws(SQLiteError) {
        var handle: OpaquePointer?
        // SAFETY: the text is a literal of `utf8CodeUnitCount` bytes that lives as long as the program.
        let result = UnsafeRawPointer(text.utf8Start).withMemoryRebound(
            to: CChar.self, capacity: text.utf8CodeUnitCount
        ) {
            sqlite3_prepare_v3(
                database, $0, Int32(text.utf8CodeUnitCount), UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        }
        try check(result, "prepare", text.description, database)
        guard let handle else {
            throw SQLiteError("prepare", text.description, code: .other(number: SQLITE_MISUSE), reason: "no statement")
        }
        self.handle = handle
        self.text = text
    }

    // SAFETY: nothing else finalises it.
    deinit { sqlite3_finalize(handle) }

    /// Binds the values, steps through the rows, and leaves the statement ready for the next use.
    /// - Parameter body: looks at one row; false ends the reading.
    func run<Failure: Error>(
        _ values: [SQLValue], _ database: OpaquePointer, wrap: (SQLiteError) -> Failure,
        _ body: (Row) throws(Failure) -> Bool
    ) throws(Failure) {
        defer {
            sqlite3_reset(handle)
            sqlite3_clear_bindings(handle)
        }
        do throws(SQLiteError) { try bind(values, database) } catch { throw wrap(error) }
        while true {
            let result = sqlite3_step(handle)
            switch result {
            case SQLITE_ROW: if try !body(Row(handle: handle)) { return }
            case SQLITE_DONE: return
            default:
                do throws(SQLiteError) { try check(result, "run", text.description, database) } catch {
                    throw wrap(error)
                }
                return
            }
        }
    }

    private func bind(_ values: [SQLValue], _ database: OpaquePointer) throws(SQLiteError) {
        precondition(values.count == Int(sqlite3_bind_parameter_count(handle)), "values for each place in \(text)")
        for (offset, value) in values.enumerated() {
            let index = Int32(offset + 1)
            let result: Int32
            switch value {
            case .null: result = sqlite3_bind_null(handle, index)
            case .integer(let number): result = sqlite3_bind_int64(handle, index, number)
            case .real(let number): result = sqlite3_bind_double(handle, index, number)
            case .text(var text):
                // SAFETY: SQLite copies the bytes during the call.
                result = text.withUTF8 { bytes in
                    bytes.withMemoryRebound(to: CChar.self) {
                        bailey_sqlite_bind_text(handle, index, $0.baseAddress, Int32(clamping: $0.count))
                    }
                }
            case .blob(let bytes):
                // SAFETY: SQLite copies the bytes during the call.
                result = bytes.withUnsafeBytes {
                    bailey_sqlite_bind_blob(handle, index, $0.baseAddress, Int32(clamping: $0.count))
                }
            }
            try check(result, "bind", text.description, database)
        }
    }
}

/// One row of an answer, good only inside the closure that it is handed to. Columns count from 0.
package struct Row {
    fileprivate let handle: OpaquePointer

    package func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }
    package func integer(_ column: Int) -> Int { Int(sqlite3_column_int64(handle, Int32(column))) }
    package func real(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }
    package func optionalInteger(_ column: Int) -> Int? { isNull(column) ? nil : integer(column) }
    package func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

    package func text(_ column: Int) -> String {
        guard let start = sqlite3_column_text(handle, Int32(column)) else { return "" }
        // SAFETY: SQLite has that many bytes there until the statement is stepped; they are copied here. What is no UTF-8 is repaired.
        let count = Int(sqlite3_column_bytes(handle, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    package func blob(_ column: Int) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, Int32(column)) else { return [] }
        // SAFETY: SQLite has that many bytes there until the statement is stepped; they are copied here.
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
    }
}

func check(
    _ result: Int32, _ operation: String, _ subject: @autoclosure () -> String, _ database: OpaquePointer?
) throws(SQLiteError) {
    guard result != SQLITE_OK, result != SQLITE_ROW, result != SQLITE_DONE else { return }
    let extended = database.map { sqlite3_extended_errcode($0) } ?? result
    // SAFETY: both give a string that lives at least until the next call on this connection; it is copied at once.
    let reason = String(cString: database.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(result))
    throw SQLiteError(
        operation, subject(), code: SQLiteError.Code(result: extended & 0xff == result & 0xff ? extended : result),
        reason: reason)
}
