private import CPCRE2

/// A regular expression (pcre2pattern(3)) that is held against whole texts, with limits on what one match may cost: a pattern that
/// would go on for longer than its text deserves is an error, not a wait.
///
/// It reads UTF-8, never single bytes of it, and has no just-in-time compiler whose limits would be other ones.
package final class RegularExpression: @unchecked Sendable {
    // No lock: the compiled pattern is never changed after `init`, and pcre2api(3), "Multithreading", lets threads share one.
    private let code: OpaquePointer
    package let pattern: String

    /// Longest pattern that is read, in bytes.
    package static let patternLimit = 1024

    package init(_ pattern: String) throws(PatternError) {
        guard pattern.utf8.count <= Self.patternLimit else {
            throw PatternError(kind: .tooLong, offset: Self.patternLimit)
        }
        code = try Self.compile(pattern, options: PCRE2_ENDANCHORED)
        self.pattern = pattern
    }

    private static func compile(_ pattern: String, options: UInt32) throws(PatternError) -> OpaquePointer {
        guard let context = pcre2_compile_context_create_8(nil) else { throw PatternError(kind: .noMemory, offset: 0) }
        defer { pcre2_compile_context_free_8(context) }
        pcre2_set_parens_nest_limit_8(context, 32)
        var status: Int32 = 0
        var offset = 0
        let options =
            options | PCRE2_ANCHORED | PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | PCRE2_DOLLAR_ENDONLY
            | PCRE2_NO_DOTSTAR_ANCHOR
        let bytes = Array(pattern.utf8)
        // SAFETY: the pattern has the length given, and what is compiled keeps nothing of it.
        let code = pcre2_compile_8(bytes, bytes.count, options, &status, &offset, context)
        guard let code else { throw PatternError(kind: .malformed(message(status)), offset: offset) }
        return code
    }

    // SAFETY: `code` is freed here only, when nobody refers to it any more.
    deinit { pcre2_code_free_8(code) }

    /// Whether the whole of `text` is what the pattern describes.
    package func matchesWhole(_ text: String) throws(PatternError) -> Bool {
        let bytes = Array(text.utf8)
        return try Self.match(code, bytes, options: 0) { range in range == 0..<bytes.count }
    }

    /// Whether a text that begins with `prefix` could be what the pattern describes. "Yes" may be wrong where a limit was hit; "no"
    /// never is: then the matcher gave up without looking behind the prefix.
    package func canMatch(textWithPrefix prefix: String) -> Bool {
        do throws(PatternError) {
            // A partial match cannot be asked of a pattern compiled as anchored at its end (pcre2_match(3)). What begins with a verb
            // cannot stand in a group; there the end is left open, and the answer may be a "yes" too many.
            let whole = pattern.hasPrefix("(*") ? pattern : "(?:\(pattern))\\z"
            let code = try Self.compile(whole, options: PCRE2_NO_START_OPTIMIZE)
            // SAFETY: compiled right above, and used nowhere else.
            defer { pcre2_code_free_8(code) }
            return try Self.match(code, Array(prefix.utf8), options: PCRE2_PARTIAL_HARD) { _ in true }
        } catch {
            return true
        }
    }

    private static func match(
        _ code: OpaquePointer, _ bytes: [UInt8], options: UInt32, accepts: (Range<Int>) -> Bool
    ) throws(PatternError) -> Bool {
        guard let context = pcre2_match_context_create_8(nil), let data = pcre2_match_data_create_8(1, nil) else {
            throw PatternError(kind: .noMemory, offset: 0)
        }
        defer {
            pcre2_match_context_free_8(context)
            pcre2_match_data_free_8(data)
        }
        // About 10 ms of one processor, and 1 MiB.
        pcre2_set_match_limit_8(context, 100_000)
        pcre2_set_depth_limit_8(context, 10_000)
        pcre2_set_heap_limit_8(context, 1024)
        // SAFETY: the text has the length given, and `data` keeps a pointer to it that is not followed after the call.
        let status = pcre2_match_8(code, bytes, bytes.count, 0, options, data, context)
        switch status {
        case PCRE2_ERROR_NOMATCH: return false
        case PCRE2_ERROR_PARTIAL: return true
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT:
            throw PatternError(kind: .limit, offset: 0)
        case _ where status < 0: throw PatternError(kind: .failed(message(status)), offset: 0)
        default:
            // SAFETY: a match without an error has set the first pair of offsets (pcre2_get_ovector_pointer(3)).
            let offsets = pcre2_get_ovector_pointer_8(data)
            guard let offsets, offsets[0] <= offsets[1] else { return false }
            return accepts(offsets[0]..<offsets[1])
        }
    }

    private static func message(_ status: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        // SAFETY: the buffer has the length given; the text is cut to it and ends in a NUL.
        let count = pcre2_get_error_message_8(status, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer.prefix(Int(count)), as: UTF8.self) : "error \(status)"
    }
}

// Two expressions are the same when they are written the same.
extension RegularExpression: Hashable {
    package static func == (left: RegularExpression, right: RegularExpression) -> Bool { left.pattern == right.pattern }
    package func hash(into hasher: inout Hasher) { hasher.combine(pattern) }
}

/// Why a pattern could not be read, or could not be held against a text.
package struct PatternError: Error, Hashable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        case malformed(String)
        case tooLong
        case noMemory
        /// The match would have taken more steps, depth or memory than it may.
        case limit
        case failed(String)
    }

    package var kind: Kind
    /// Bytes from the start of the pattern, where it is malformed.
    package var offset: Int

    package var description: String {
        switch kind {
        case .malformed(let why): "\(why), at character \(offset + 1)"
        case .tooLong: "it is longer than \(RegularExpression.patternLimit) bytes"
        case .noMemory: "there is not enough memory"
        case .limit: "it takes too many steps on this text"
        case .failed(let why): why
        }
    }
}
