internal import CCurl

/// An easy handle of libcurl, cleaned up in `deinit`. Connections that are still open are used again by the next transfer.
struct TransferHandle: ~Copyable {
    let library: CurlLibrary
    let pointer: UnsafeMutableRawPointer

    init() throws(TransferError) {
        let library = try CurlLibrary.loaded()
        guard let pointer = library.functions.easy_init?() else {
            throw TransferError("start", "libcurl", .unavailable, "not enough memory")
        }
        (self.library, self.pointer) = (library, pointer)
    }

    // SAFETY: nothing else cleans it up, and no transfer runs: `perform` has returned.
    deinit { library.functions.easy_cleanup?(pointer) }

    /// Options go back to their defaults.
    func reset() { library.functions.easy_reset?(pointer) }

    func set(_ option: CURLoption, _ number: Int) throws(TransferError) {
        try must(withFunctions { bailey_curl_set_number($0, pointer, option, number) })
    }

    func set(_ option: CURLoption, size: Int) throws(TransferError) {
        try must(withFunctions { bailey_curl_set_size($0, pointer, option, size) })
    }

    /// libcurl copies the text.
    func set(_ option: CURLoption, _ text: String) throws(TransferError) {
        try must(withFunctions { bailey_curl_set_text($0, pointer, option, text) })
    }

    /// - Parameter value: lives until the transfer has ended.
    func set(_ option: CURLoption, pointer value: UnsafeMutableRawPointer?) throws(TransferError) {
        try must(withFunctions { bailey_curl_set_pointer($0, pointer, option, value) })
    }

    /// For options whose value libcurl copies: texts, which end at a NUL, and `CURLOPT_COPYPOSTFIELDS`, whose size is set before.
    func set(_ option: CURLoption, copying bytes: UnsafeRawBufferPointer) throws(TransferError) {
        try set(option, pointer: UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    func set(_ option: CURLoption, callback: Callback) throws(TransferError) {
        try must(withFunctions { bailey_curl_set_callback($0, pointer, option, callback) })
    }

    func set(_ option: CURLoption, milliseconds duration: Duration) throws(TransferError) {
        try set(option, Int(clamping: Int64((duration / .milliseconds(1)).rounded(.up).clamped(to: 1...86_400_000))))
    }

    typealias Callback = @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int

    /// Runs the transfer on this thread to its end.
    func perform() -> CURLcode { library.functions.easy_perform?(pointer) ?? CURLE_FAILED_INIT }

    var status: Int { withFunctions { bailey_curl_status($0, pointer) } }

    private func withFunctions<Result>(_ body: (UnsafePointer<bailey_curl>) -> Result) -> Result {
        withUnsafePointer(to: library.functions, body)
    }

    /// An option is refused only where libcurl was built without what it is for, or memory has run out: without it the transfer would be
    /// less guarded than was asked for, so there is none.
    private func must(_ code: CURLcode) throws(TransferError) {
        guard code == CURLE_OK else {
            throw TransferError("start", "libcurl", .other, "an option is refused (\(code.rawValue))")
        }
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}

/// A list of texts in libcurl's memory.
struct TextList: ~Copyable {
    private let library: CurlLibrary
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ texts: [String], _ library: CurlLibrary) throws(TransferError) {
        self.library = library
        for text in texts {
            // SAFETY: libcurl copies the text; on failure the list so far stays as it is, and `deinit` frees it.
            guard let longer = library.functions.slist_append?(first, text) else {
                throw TransferError("start", "libcurl", .unavailable, "not enough memory")
            }
            first = longer
        }
    }

    // SAFETY: the transfer that used it has ended: the list outlives it in `Transfer`.
    deinit { library.functions.slist_free_all?(first) }
}
