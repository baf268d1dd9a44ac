internal import CCurl

/// Where a URL leads, as libcurl itself reads it: what is checked is what is connected to.
struct Destination {
    var scheme: String
    /// Scheme, host and port: what may be said of it.
    var text: String

    /// - Throws: where it is no URL, or one of another scheme, or carries a user.
    init(_ url: String, of operation: String, schemes: [String], library: CurlLibrary) throws(TransferError) {
        func refusal(_ reason: String) -> TransferError { TransferError(operation, "the URL", .invalid, reason) }
        guard url.utf8.count <= 8192, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            throw refusal("it is longer than 8192 bytes, or holds spaces, control characters or no ASCII")
        }
        guard let parsed = library.functions.url?() else {
            throw TransferError("start", "libcurl", .unavailable, "not enough memory")
        }
        // SAFETY: nothing else frees it.
        defer { library.functions.url_cleanup?(parsed) }
        guard library.functions.url_set?(parsed, CURLUPART_URL, url, UInt32(CURLU_NON_SUPPORT_SCHEME)) == CURLUE_OK
        else { throw refusal("it is none") }
        func part(_ part: CURLUPart) -> String? {
            var text: UnsafeMutablePointer<CChar>?
            guard library.functions.url_get?(parsed, part, &text, 0) == CURLUE_OK, let text else { return nil }
            // SAFETY: a C string of libcurl's own, copied and then freed once.
            defer { library.functions.free?(text) }
            return String(cString: text)
        }
        guard let scheme = part(CURLUPART_SCHEME), let host = part(CURLUPART_HOST) else { throw refusal("it is none") }
        guard schemes.contains(scheme) else {
            throw refusal("its scheme is not \(schemes.joined(separator: " or "))")
        }
        guard part(CURLUPART_USER) == nil, part(CURLUPART_PASSWORD) == nil else {
            throw refusal("it holds a user or a password, which belong in a file of their own")
        }
        self.scheme = scheme
        text = "\(scheme)://\(host)\(part(CURLUPART_PORT).map { ":\($0)" } ?? "")"
    }
}
