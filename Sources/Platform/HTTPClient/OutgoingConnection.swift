internal import CCurl
internal import LinuxSystem

/// Sends requests and mail by libcurl, one after the other, on the thread that calls. Connections stay open between them.
///
/// Certificates are always verified, TLS is 1.2 or later, no proxy is used unless a request names one, and neither `.netrc` nor cookies
/// are known. HTTP is 1.1 without compression: less code that reads a stranger's bytes.
package struct OutgoingConnection: ~Copyable {
    private let handle: TransferHandle

    /// - Throws: where libcurl is not on this host.
    package init() throws(TransferError) { handle = try TransferHandle() }

    /// Sends a request and waits for the answer, whatever its status.
    package mutating func send(_ request: OutgoingRequest) throws(TransferError) -> HTTPAnswer {
        let operation = request.method
        if let objection = request.objection { throw TransferError("send", "a request", .invalid, objection) }
        let destination = try Destination(
            request.url, of: operation, schemes: ["https", "http"], library: handle.library)
        let transfer = Transfer(answerLimit: request.answerLimit)
        // Those that libcurl would add by itself are named empty, which takes them out.
        let named = request.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        let hasType = request.headers.contains { $0.name.lowercased() == "content-type" }
        let headers = try TextList(named + ["Expect:"] + (hasType ? [] : ["Content-Type:"]), handle.library)
        handle.reset()
        try configure(destination, request.connectTimeout, request.timeout, request.authorities)
        try configure(request, headers.first)
        try perform(transfer, operation, destination.text)
        // The list is libcurl's until here.
        _ = headers.first
        return HTTPAnswer(status: handle.status, headers: transfer.headers, body: transfer.body)
    }

    /// Hands a message to a mail server; all recipients were taken, or none.
    package mutating func send(_ mail: OutgoingMail) throws(TransferError) {
        if let objection = mail.objection { throw TransferError("send", "a mail", .invalid, objection) }
        let destination = try Destination(mail.url, of: "mail", schemes: ["smtp", "smtps"], library: handle.library)
        let transfer = Transfer(sending: mail.message, answerLimit: 64 << 10)
        let recipients = try TextList(mail.recipients.map { "<\($0)>" }, handle.library)
        handle.reset()
        try configure(destination, mail.connectTimeout, mail.timeout, mail.authorities)
        try handle.set(CURLOPT_URL, mail.url)
        try handle.set(
            CURLOPT_USE_SSL, Int(mail.security == .none ? CURLUSESSL_NONE.rawValue : CURLUSESSL_ALL.rawValue))
        try handle.set(CURLOPT_MAIL_FROM, "<\(mail.sender)>")
        try handle.set(CURLOPT_MAIL_RCPT, pointer: recipients.first)
        if let credentials = mail.credentials {
            try handle.set(CURLOPT_USERNAME, credentials.user)
            try setPassword(credentials.password, destination.text)
        }
        try handle.set(CURLOPT_UPLOAD, 1)
        try handle.set(CURLOPT_INFILESIZE_LARGE, size: mail.message.count)
        try perform(transfer, "mail", destination.text)
        // The list is libcurl's until here.
        _ = recipients.first
    }

    /// What holds for everything that is sent.
    private func configure(
        _ destination: Destination, _ connectTimeout: Duration, _ timeout: Duration, _ authorities: String?
    ) throws(TransferError) {
        // No signal for time limits of name lookups: threads share them.
        try handle.set(CURLOPT_NOSIGNAL, 1)
        try handle.set(CURLOPT_PROTOCOLS_STR, destination.scheme)
        try handle.set(CURLOPT_REDIR_PROTOCOLS_STR, destination.scheme)
        try handle.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds: connectTimeout)
        try handle.set(CURLOPT_TIMEOUT_MS, milliseconds: timeout)
        try handle.set(CURLOPT_SSL_VERIFYPEER, 1)
        try handle.set(CURLOPT_SSL_VERIFYHOST, 2)
        try handle.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        try handle.set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        // The empty text takes out what the environment names.
        try handle.set(CURLOPT_PROXY, "")
        if let authorities {
            try handle.set(CURLOPT_CAINFO, authorities)
            try handle.set(CURLOPT_CAPATH, pointer: nil)
        }
    }

    private func setPassword(_ password: SecretBytes, _ destination: String) throws(TransferError) {
        // One byte more than it has, which ends it: a secret's memory is wiped when it is let go of.
        let terminated = SecretBytes(count: password.count + 1) { room in
            password.withBytes { room.copyMemory(from: $0) }
        }
        try terminated.withBytes { (bytes) throws(TransferError) in
            guard !bytes.dropLast().contains(0) else {
                throw TransferError("mail", destination, .invalid, "the password holds a NUL byte")
            }
            try handle.set(CURLOPT_PASSWORD, copying: bytes)
        }
    }

    private func configure(
        _ request: OutgoingRequest, _ headers: UnsafeMutablePointer<curl_slist>?
    ) throws(TransferError) {
        try handle.set(CURLOPT_URL, request.url)
        try handle.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        try handle.set(CURLOPT_HTTPHEADER, pointer: headers)
        if let path = request.unixSocket { try handle.set(CURLOPT_UNIX_SOCKET_PATH, path) }
        switch request.method {
        case "GET" where request.body.isEmpty: try handle.set(CURLOPT_HTTPGET, 1)
        case "HEAD": try handle.set(CURLOPT_NOBODY, 1)
        case "DELETE" where request.body.isEmpty: try handle.set(CURLOPT_CUSTOMREQUEST, request.method)
        default:
            try handle.set(CURLOPT_POST, 1)
            try handle.set(CURLOPT_POSTFIELDSIZE_LARGE, size: request.body.count)
            // No body at all would make libcurl ask for one.
            let body = request.body.isEmpty ? [0] : request.body
            try body.withUnsafeBytes { bytes in
                Result { () throws(TransferError) in
                    try handle.set(CURLOPT_COPYPOSTFIELDS, copying: bytes)
                }
            }.get()
            try handle.set(CURLOPT_CUSTOMREQUEST, request.method)
        }
        if request.redirectLimit > 0 {
            try handle.set(CURLOPT_FOLLOWLOCATION, 1)
            try handle.set(CURLOPT_MAXREDIRS, request.redirectLimit)
        }
        switch request.proxy {
        case .none: break
        case .environment: try handle.set(CURLOPT_PROXY, pointer: nil)
        case .server(let url): try handle.set(CURLOPT_PROXY, url)
        }
    }

    private func perform(
        _ transfer: Transfer, _ operation: String, _ destination: String
    ) throws(TransferError) {
        try transfer.attach(to: handle)
        let room = UnsafeMutableBufferPointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        room.initialize(repeating: 0)
        try handle.set(CURLOPT_ERRORBUFFER, pointer: room.baseAddress)
        let code = withExtendedLifetime(transfer) { handle.perform() }
        let detail = String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // SAFETY: a handle writes into it until it is told otherwise, also when it is cleaned up.
        try handle.set(CURLOPT_ERRORBUFFER, pointer: nil)
        room.deallocate()
        guard code == CURLE_OK else {
            let kind: TransferError.Kind =
                transfer.isTooLarge
                ? .answerTooLarge : .init(code, status: handle.status, isMail: operation == "mail")
            throw TransferError(operation, destination, kind, kind.reason(code, detail: detail))
        }
    }
}
