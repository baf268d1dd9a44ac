extension JSONWriter {
    /// Writes a tree, keys in alphabetical order, so that equal trees are equal text. Whole numbers are written as such.
    package mutating func value(_ tree: JSONValue) {
        switch tree {
        case .null: null()
        case .flag(let flag): value(flag)
        case .number(let number):
            if let whole = Int64(exactly: number) { value(whole) } else { value(number) }
        case .text(let text): value(text)
        case .array(let elements): array { for element in elements { $0.value(element) } }
        case .object(let members):
            object { writer in
                for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                    writer.key(key)
                    writer.value(member)
                }
            }
        }
    }

    package mutating func member(_ name: String, _ tree: JSONValue) {
        key(name)
        value(tree)
    }
}

extension JSONValue {
    /// As compact text, keys in alphabetical order.
    package var compactText: String {
        var writer = JSONWriter(pretty: false, capacity: 1_024)
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
