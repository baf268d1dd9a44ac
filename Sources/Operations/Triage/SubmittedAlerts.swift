internal import JSON

/// What somebody posted: one JSON object, an array, or NDJSON; or one of Bailey's own documents, for its findings. Each alert stands or
/// falls by itself.
package struct SubmittedAlerts: Sendable {
    /// The largest body that is read, in bytes.
    package static let sizeLimit = 16 << 20
    /// The most alerts in one body.
    package static let countLimit = 50_000
    /// What all of its alerts may weigh that are kept in memory at once (see `JSONLimits.weight`); 50,000 usual ones weigh 1,500,000.
    package static let weightLimit = 2_000_000

    package var items: [Result<Alert, IngestionError>]

    package init(one alert: Alert) { items = [.success(alert)] }

    /// - Throws: when nothing of it can be read.
    package init(parsing bytes: ArraySlice<UInt8>) throws(IngestionError) {
        guard bytes.count <= Self.sizeLimit else { throw IngestionError("larger than \(Self.sizeLimit) bytes") }
        guard let first = bytes.first(where: { !Self.isBlank($0) }) else { throw IngestionError("the body is empty") }
        // An array by its first byte; an object is the whole of the body, or the first of several lines.
        if first == UInt8(ascii: "[") {
            items = try Self.array(bytes)
        } else if let one = try? UntrustedJSON.parse(bytes) {
            // What is no single document is tried line by line.
            items = Self.findings(of: one.value, one.cuts) ?? [Self.item(one.value, one.cuts)]
        } else {
            items = try Self.lines(bytes)
        }
    }

    package init(parsing bytes: [UInt8]) throws(IngestionError) { try self.init(parsing: bytes[...]) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    /// The findings of a document that Bailey itself wrote (`assessment.json`, the monitors'), each with the host it was written on; nil
    /// when it is none.
    private static func findings(of document: JSONValue, _ cuts: JSONCuts) -> [Result<Alert, IngestionError>]? {
        guard document["schema"]?.number != nil, let host = document.at("host", "hostname")?.text,
            let findings = document["findings"]?.elements
        else { return nil }
        return findings.map { finding in
            guard case .object(var members) = finding else {
                return .failure(IngestionError("a finding is a JSON object"))
            }
            members["host"] = members["host"] ?? .text(host)
            return item(.object(members), cuts)
        }
    }

    private static func item(_ value: JSONValue, _ cuts: JSONCuts) -> Result<Alert, IngestionError> {
        do throws(IngestionError) { return .success(try AlertReaders.read(value, cuts: cuts)) } catch {
            return .failure(error)
        }
    }

    /// The limit on elements is one for arrays inside an alert, not for how many alerts come at once; so the elements are read one by one.
    private static func array(_ bytes: ArraySlice<UInt8>) throws(IngestionError) -> [Result<Alert, IngestionError>] {
        let pieces: [ArraySlice<UInt8>]
        do throws(JSONError) {
            pieces = try ArrayElements.split(bytes, limit: countLimit)
        } catch { throw IngestionError("not a JSON array: \(error.description)") }
        return all(pieces)
    }

    private static func lines(_ bytes: ArraySlice<UInt8>) throws(IngestionError) -> [Result<Alert, IngestionError>] {
        let items = all(try filledLines(bytes))
        if items.count == 1, case .failure(let error) = items[0] { throw error }
        // A document over several lines that is broken would be an error a line, and none of them the right one.
        if !items.contains(where: { if case .success = $0 { true } else { false } }),
            case .failure(let error)? = items.first
        {
            do throws(JSONError) { _ = try UntrustedJSON.parse(bytes) } catch let whole {
                throw IngestionError("not JSON: \(whole.description)")
            }
            throw error
        }
        return items
    }

    /// Those that have something in them: no more are kept than may be, however many there are.
    private static func filledLines(_ bytes: ArraySlice<UInt8>) throws(IngestionError) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0a && $0 != 0x0d }
            rest = rest[line.endIndex...].dropFirst()
            guard !line.allSatisfy(isBlank) else { continue }
            lines.append(line)
            guard lines.count <= countLimit else { throw IngestionError("more than \(countLimit) alerts at once") }
        }
        return lines
    }

    private static func all(_ pieces: [ArraySlice<UInt8>]) -> [Result<Alert, IngestionError>] {
        var weight = 0
        return pieces.map { piece in
            guard weight < weightLimit else {
                return .failure(IngestionError("too many values in one body: send this alert in another"))
            }
            do throws(JSONError) {
                let found = try UntrustedJSON.parse(piece)
                weight += found.weight
                return item(found.value, found.cuts)
            } catch { return .failure(IngestionError("not JSON: \(error.description)")) }
        }
    }
}

/// The elements of a JSON array as slices of its text, found by brackets and quotes alone.
enum ArrayElements {
    static func split(_ bytes: ArraySlice<UInt8>, limit: Int) throws(JSONError) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var (depth, start, isInString, isEscaped) = (0, bytes.startIndex, false, false)
        var isClosed = false
        var isAfterComma = false
        func isBlank(_ piece: ArraySlice<UInt8>) -> Bool {
            piece.allSatisfy { $0 == 0x20 || (0x09...0x0d).contains($0) }
        }
        for index in bytes.indices {
            let byte = bytes[index]
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5c {
                    isEscaped = true
                } else if byte == 0x22 {
                    isInString = false
                }
                continue
            }
            if isClosed {
                guard isBlank(bytes[index..<(index + 1)]) else {
                    throw JSONError(description: "something after the array")
                }
                continue
            }
            switch byte {
            case 0x22: isInString = true
            case 0x5b, 0x7b:
                depth += 1
                if depth == 1 { start = index + 1 }
            case 0x5d, 0x7d, 0x2c:
                if byte == 0x2c, depth > 1 { continue }
                if byte != 0x2c { depth -= 1 }
                guard depth == 0 || (depth == 1 && byte == 0x2c) else { continue }
                let piece = bytes[start..<index]
                let isEmptyArray = byte != 0x2c && pieces.isEmpty && !isAfterComma && isBlank(piece)
                if !isEmptyArray { pieces.append(piece) }
                guard pieces.count <= limit else { throw JSONError(description: "more than \(limit) alerts at once") }
                isAfterComma = byte == 0x2c
                start = index + 1
                isClosed = depth == 0
            default: break
            }
        }
        guard isClosed else { throw JSONError(description: "the array has no end") }
        return pieces
    }
}
