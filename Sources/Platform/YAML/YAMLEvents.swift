private import CYAML

/// What libyaml tells about a document, one thing after the other, copied out of its memory.
enum YAMLEvent {
    case scalar(YAMLNode.Scalar)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
    case documentStart
    case streamEnd
    /// Something that is YAML, but that policies do not need and hostile documents live on.
    case refused(String)
}

/// An event and the part of the text it was read from.
struct YAMLEventSpan {
    var event: YAMLEvent
    var position: TextPosition
    /// In characters from the start, as libyaml counts.
    var characters: Range<Int>
}

/// A libyaml parser over bytes of its own.
struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) throws(YAMLError) {
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        // SAFETY: yaml_parser_initialize sets every byte of the structure, or fails only for lack of memory and leaves it zeroed,
        // which yaml_parser_delete takes; `input` is freed only after the parser (deinit).
        let initialized = yaml_parser_initialize(parser)
        guard initialized == 1 else {
            throw YAMLError(position: TextPosition(line: 1, column: 1), message: "not enough memory to read it")
        }
        // Without this a byte order mark would switch the reader to UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        // SAFETY: both were allocated by `init` and nothing else frees them.
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; stream and document ends and starts that carry no news are passed over.
    mutating func next() throws(YAMLError) -> YAMLEventSpan {
        while true {
            var raw = yaml_event_t()
            // SAFETY: `raw` is written whole on success and zeroed on failure; yaml_event_delete takes both.
            defer { yaml_event_delete(&raw) }
            guard yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
            guard let event = Self.translate(raw) else { continue }
            return YAMLEventSpan(
                event: event,
                position: TextPosition(line: Int(raw.start_mark.line) + 1, column: Int(raw.start_mark.column) + 1),
                characters: Int(raw.start_mark.index)..<max(Int(raw.start_mark.index), Int(raw.end_mark.index)))
        }
    }

    private static func translate(_ raw: yaml_event_t) -> YAMLEvent? {
        switch raw.type {
        case YAML_SCALAR_EVENT:
            scalar(raw)
        case YAML_SEQUENCE_START_EVENT:
            refusal(anchor: raw.data.sequence_start.anchor, tag: raw.data.sequence_start.tag) ?? .sequenceStart
        case YAML_MAPPING_START_EVENT:
            refusal(anchor: raw.data.mapping_start.anchor, tag: raw.data.mapping_start.tag) ?? .mappingStart
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_END_EVENT: .mappingEnd
        case YAML_ALIAS_EVENT:
            .refused("aliases (*name) are not read here; write the value out where it is needed")
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_STREAM_END_EVENT: .streamEnd
        default: nil
        }
    }

    private static func scalar(_ raw: yaml_event_t) -> YAMLEvent {
        let scalar = raw.data.scalar
        if let refusal = refusal(anchor: scalar.anchor, tag: scalar.tag) { return refusal }
        // SAFETY: libyaml gives `length` bytes of UTF-8 at `value`, valid until the event is deleted; they are copied here.
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        return .scalar(YAMLNode.Scalar(text: text, isQuoted: scalar.style != YAML_PLAIN_SCALAR_STYLE))
    }

    private static func refusal(
        anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?
    ) -> YAMLEvent? {
        if anchor != nil {
            return .refused("anchors (&name) are not read here; write the value out where it is needed")
        }
        if tag != nil { return .refused("tags (!name) are not read here; leave the tag out") }
        return nil
    }

    /// libyaml's own account of what is wrong: a reader error has an offset in bytes, every other a mark.
    private func failure() -> YAMLError {
        let raw = parser.pointee
        // SAFETY: `problem` and `context` are string literals of the library, or null.
        let problem = raw.problem.map { String(cString: $0) } ?? "it cannot be read"
        if raw.error == YAML_READER_ERROR {
            let position = positionOfByte(min(max(0, Int(raw.problem_offset)), input.count))
            let isControl = problem.hasPrefix("control characters")
            let advice = isControl ? "remove the character" : "save the file as UTF-8"
            return YAMLError(position: position, message: "\(problem); \(advice)")
        }
        let position = TextPosition(line: Int(raw.problem_mark.line) + 1, column: Int(raw.problem_mark.column) + 1)
        if raw.error == YAML_SCANNER_ERROR, isTab(at: position) {
            return YAMLError(position: position, message: "a tab cannot indent YAML; use spaces")
        }
        var message = "not YAML here: \(problem)"
        if let context = raw.context {
            let line = Int(raw.context_mark.line) + 1
            message += " (\(String(cString: context))\(line == position.line ? "" : ", from line \(line)"))"
        }
        return YAMLError(position: position, message: message + "; check indentation, colons and quotes")
    }

    private func positionOfByte(_ offset: Int) -> TextPosition {
        let before = input[..<offset]
        let lineStart = before.lastIndex(of: 0x0a).map { $0 + 1 } ?? 0
        // Continuation bytes (10xxxxxx) belong to the character before them.
        let column = before[lineStart...].count { $0 & 0xc0 != 0x80 } + 1
        return TextPosition(line: before.count { $0 == 0x0a } + 1, column: column)
    }

    /// Whether the line has a tab at the position or anywhere before its first other character.
    private func isTab(at position: TextPosition) -> Bool {
        let lines = input.split(separator: 0x0a, maxSplits: position.line, omittingEmptySubsequences: false)
        guard position.line <= lines.count else { return false }
        let line = lines[position.line - 1]
        let offset = line.startIndex + position.column - 1
        return line.indices.contains(offset) && line[offset] == 0x09
    }
}
