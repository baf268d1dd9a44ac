/// What the broker's protocol looks like to a client that is none of ours: Python that begins such a client.
enum GuardedWire {
    /// `hello`, and `run(program, streams)`: a request of that program, with a file along for each standard stream whose bit is set.
    static let python = """
        import os, socket, struct, sys
        def sized(data): return struct.pack('>I', len(data)) + data
        def field(tag, data): return bytes([tag]) + sized(data)
        def message(kind, data): return sized(bytes([kind]) + data)
        hello = message(1, field(1, struct.pack('>H', 1)) + field(2, b'x'))
        def run(program, streams):
            arguments = struct.pack('>I', 1) + sized(program)
            return message(2, field(1, arguments) + field(2, os.getcwd().encode()) + field(3, bytes(4))
                + field(6, struct.pack('>I', 1)) + field(10, struct.pack('>I', streams)))

        """
}
