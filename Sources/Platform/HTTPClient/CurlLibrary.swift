internal import CCurl

/// libcurl, found and made ready once, when something is first sent (CCurl/shim.h says why not before).
// @unchecked: the table is written before the object is handed out; libcurl's functions may be called from any thread, each handle from one
// at a time (libcurl-thread(3)).
final class CurlLibrary: @unchecked Sendable {
    let functions: bailey_curl

    private static let shared: Result<CurlLibrary, TransferError> = {
        var functions = bailey_curl()
        // SAFETY: the text is a constant, or dlerror(3)'s, which lives until this thread asks again; it is copied at once.
        if let why = bailey_curl_load(&functions) {
            return .failure(TransferError("load", "libcurl", .unavailable, String(cString: why)))
        }
        return .success(CurlLibrary(functions))
    }()

    private init(_ functions: bailey_curl) { self.functions = functions }

    static func loaded() throws(TransferError) -> CurlLibrary { try shared.get() }
}
