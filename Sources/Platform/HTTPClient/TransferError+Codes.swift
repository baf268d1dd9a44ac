internal import CCurl

extension TransferError.Kind {
    /// By libcurl-errors(3).
    init(_ code: CURLcode, status: Int, isMail: Bool) {
        switch code {
        // How a refused sender or recipient ends a mail: the code is the server's.
        case CURLE_SEND_ERROR where isMail && status >= 400: self = .refused(code: status)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_TOO_MANY_REDIRECTS: self = .invalid
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: self = .unresolved
        case CURLE_COULDNT_CONNECT: self = .unreachable
        case CURLE_OPERATION_TIMEDOUT: self = .timedOut
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE, CURLE_USE_SSL_FAILED,
            CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR:
            self = .untrusted
        case CURLE_FILESIZE_EXCEEDED: self = .answerTooLarge
        case CURLE_LOGIN_DENIED: self = .loginDenied
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: self = .broken
        case CURLE_WEIRD_SERVER_REPLY, CURLE_QUOTE_ERROR: self = .refused(code: status)
        default: self = isMail && status >= 400 ? .refused(code: status) : .other
        }
    }

    /// - Parameter detail: libcurl's own words. They are kept where they tell what is wrong with a connection, and hold no more of what was
    ///   sent than the host.
    func reason(_ code: CURLcode, detail: String) -> String {
        let words = String(
            detail.unicodeScalars.filter { (0x20...0x7e).contains($0.value) }.prefix(200).map(Character.init))
        let shown = words.isEmpty ? "" : " (\(words))"
        return switch self {
        case .unavailable: "libcurl cannot be used"
        case .invalid:
            code == CURLE_TOO_MANY_REDIRECTS
                ? "it is redirected too often" : "the URL cannot be used, or leads to another scheme"
        case .unresolved: "the name of the host could not be resolved"
        case .unreachable: "the host could not be reached"
        case .timedOut: "took longer than was allowed"
        case .untrusted: "the other side did not prove who it is\(shown)"
        case .answerTooLarge: "answered with more than is read"
        case .broken: "the connection broke"
        case .loginDenied: "the credentials were not accepted"
        case .refused(let status): "the server refused, with \(status)"
        case .other: "failed with code \(code.rawValue) of libcurl"
        }
    }
}
