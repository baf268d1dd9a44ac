extension YAMLNode {
    /// Reads one document. Anchors, aliases, tags, keys that are not text, a key given twice and a second document are refused, so a
    /// document is never larger in memory than in bytes, and means what a reader sees.
    package init(parsing bytes: [UInt8], limits: YAMLLimits = YAMLLimits()) throws(YAMLError) {
        let start = TextPosition(line: 1, column: 1)
        guard bytes.count <= limits.bytes else {
            throw YAMLError(
                position: start, message: "larger than \(limits.bytes) bytes; split it, or remove what is not needed")
        }
        var builder = TreeBuilder(events: try YAMLEvents(bytes), limits: limits, offsets: CharacterOffsets(of: bytes))
        self = try builder.document()
    }
}

/// Where each character starts, in bytes: libyaml counts characters, and whoever edits a text needs bytes.
private struct CharacterOffsets {
    /// Nil when every character is one byte.
    private var starts: [Int]?

    init(of bytes: [UInt8]) {
        guard bytes.contains(where: { $0 >= 0x80 }) else { return }
        starts = bytes.indices.filter { bytes[$0] & 0xc0 != 0x80 } + [bytes.count]
    }

    func bytes(_ characters: Range<Int>) -> Range<Int> {
        guard let starts else { return characters }
        let last = starts.count - 1
        return starts[min(characters.lowerBound, last)]..<starts[min(characters.upperBound, last)]
    }
}

/// Puts events together to a tree.
private struct TreeBuilder: ~Copyable {
    var events: YAMLEvents
    let limits: YAMLLimits
    let offsets: CharacterOffsets
    private var count = 0

    init(events: consuming YAMLEvents, limits: YAMLLimits, offsets: CharacterOffsets) {
        self.events = events
        self.limits = limits
        self.offsets = offsets
    }

    mutating func document() throws(YAMLError) -> YAMLNode {
        let opening = try events.next()
        guard case .documentStart = opening.event else {
            throw YAMLError(position: TextPosition(line: 1, column: 1), message: "there is nothing in it")
        }
        let root = try node(from: try events.next(), depth: 1)
        let closing = try events.next()
        guard case .streamEnd = closing.event else {
            throw YAMLError(
                position: closing.position, message: "a second document begins here; put it into a file of its own")
        }
        return root
    }

    private mutating func node(from span: YAMLEventSpan, depth: Int) throws(YAMLError) -> YAMLNode {
        count += 1
        guard count <= limits.nodes else {
            throw YAMLError(position: span.position, message: "more than \(limits.nodes) values; split the file")
        }
        switch span.event {
        case .scalar(let scalar):
            return YAMLNode(
                content: .scalar(scalar), position: span.position, byteRange: offsets.bytes(span.characters))
        case .sequenceStart where depth <= limits.depth: return try sequence(from: span, depth: depth)
        case .mappingStart where depth <= limits.depth: return try mapping(from: span, depth: depth)
        case .sequenceStart, .mappingStart:
            throw YAMLError(position: span.position, message: "nested deeper than \(limits.depth) levels; flatten it")
        case .refused(let why): throw YAMLError(position: span.position, message: why)
        case .sequenceEnd, .mappingEnd, .documentStart, .streamEnd:
            throw YAMLError(position: span.position, message: "a value is missing here")
        }
    }

    private mutating func sequence(from start: YAMLEventSpan, depth: Int) throws(YAMLError) -> YAMLNode {
        var elements: [YAMLNode] = []
        while true {
            let span = try events.next()
            if case .sequenceEnd = span.event {
                return container(.sequence(elements), from: start, to: span)
            }
            elements.append(try node(from: span, depth: depth + 1))
        }
    }

    private mutating func mapping(from start: YAMLEventSpan, depth: Int) throws(YAMLError) -> YAMLNode {
        var members: [YAMLNode.Member] = []
        var lines: [String: Int] = [:]
        while true {
            let span = try events.next()
            if case .mappingEnd = span.event {
                return container(.mapping(members), from: start, to: span)
            }
            let key = try node(from: span, depth: depth + 1)
            guard let name = key.scalar?.text else {
                throw YAMLError(position: key.position, message: "a key has to be text, and this is \(key.kindName)")
            }
            if let line = lines.updateValue(key.position.line, forKey: name) {
                throw YAMLError(
                    position: key.position,
                    message: "key \(YAMLError.quote(name)) is already given on line \(line); keep one of them")
            }
            let value = try node(from: try events.next(), depth: depth + 1)
            members.append(YAMLNode.Member(key: name, keyPosition: key.position, value: value))
        }
    }

    private func container(
        _ content: YAMLNode.Content, from start: YAMLEventSpan, to end: YAMLEventSpan
    ) -> YAMLNode {
        let characters = start.characters.lowerBound..<max(start.characters.lowerBound, end.characters.upperBound)
        return YAMLNode(content: content, position: start.position, byteRange: offsets.bytes(characters))
    }
}
