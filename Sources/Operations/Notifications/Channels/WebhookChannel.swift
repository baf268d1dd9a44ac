internal import Cryptography
internal import HTTPClient
internal import LinuxSystem
internal import Policies

import struct FoundationEssentials.Date

/// A POST of the message's JSON document, signed:
///
///     X-Bailey-Timestamp: 1772352000
///     X-Bailey-Signature: v1=<HMAC-SHA256 in hexadecimal, under the key, of `v1:<timestamp>:<body>`>
///     Idempotency-Key: <the message's key>
///
/// A receiver checks the signature over the bytes it got, refuses a timestamp that is too old, and takes a key once.
struct WebhookChannel: NotificationChannel {
    let settings: WebhookChannelSettings
    var now: @Sendable () -> Date = { Date.now }

    func send(_ batch: [AlertMessage]) throws(DeliveryError) -> [DeliveryError?] {
        let key = try secret(settings.keyFile)
        for message in batch {
            let body = message.document
            let timestamp = "\(Int(now().timeIntervalSince1970))"
            var request = OutgoingRequest("POST", settings.url, body: body)
            request.unixSocket = settings.socket
            request.authorities = settings.authorities
            request.timeout = settings.timeout
            request.answerLimit = 64 << 10
            request.headers = [
                .init("Content-Type", "application/json"), .init("User-Agent", "bailey"),
                .init("X-Bailey-Timestamp", timestamp),
                .init("X-Bailey-Signature", "v1=\(Self.signature(of: body, at: timestamp, key))"),
                .init("Idempotency-Key", message.key),
            ]
            try accepted(try answer(to: request), request)
        }
        return batch.map { _ in nil }
    }

    static func signature(of body: [UInt8], at timestamp: String, _ key: SecretBytes) -> String {
        HMAC.authenticate(Array("v1:\(timestamp):".utf8) + body, key: key, using: .sha256).hexadecimal
    }
}

extension NotificationChannel {
    /// The secret in a file. One that cannot be read may be there later.
    func secret(_ path: String) throws(DeliveryError) -> SecretBytes {
        do throws(SecretFile.Refusal) { return try SecretFile.read(path) } catch { throw .transient(error.description) }
    }

    /// A secret that goes into a header or URL: one line of printable ASCII.
    func secretText(_ path: String) throws(DeliveryError) -> String {
        let bytes = try secret(path).withBytes { Array($0) }
        guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw .permanent("\(path) holds more than one line of printable characters")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func answer(to request: OutgoingRequest) throws(DeliveryError) -> HTTPAnswer {
        do throws(TransferError) {
            var connection = try OutgoingConnection()
            return try connection.send(request)
        } catch { throw DeliveryError(error) }
    }

    /// An error unless the answer says that it was taken. What is wrong with the request stays wrong; the rest may pass (RFC 9110 §15.5, §15.6).
    func accepted(_ answer: HTTPAnswer, _ request: OutgoingRequest) throws(DeliveryError) {
        switch answer.status {
        case 200..<300: return
        case 408, 425, 429, 500...599:
            let after = answer.header("retry-after").flatMap { Int($0) }.map {
                Duration.seconds(min(max($0, 0), 86_400))
            }
            throw DeliveryError(.transient(after: after), "the receiver answered \(answer.status)")
        default: throw .permanent("the receiver answered \(answer.status)")
        }
    }
}

extension DeliveryError {
    init(_ error: TransferError) {
        switch error.kind {
        case .invalid: self = .permanent(error.description)
        // 4xx of a mail server may pass, 5xx stays (RFC 5321 §4.2.1).
        case .refused(let code) where code >= 500: self = .permanent(error.description)
        default: self = .transient(error.description)
        }
    }
}
