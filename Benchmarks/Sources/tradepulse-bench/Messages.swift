import Foundation

/// Venue messages in one block, as they would come off the socket.
struct Messages {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    var count: Int { ends.count }
    var byteCount: Int { bytes.count }

    mutating func append(_ message: some Sequence<UInt8>) {
        bytes.append(contentsOf: message)
        ends.append(bytes.count)
    }

    func forEach(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
        try bytes.withUnsafeBytes { all in
            var start = 0
            for end in ends {
                try body(UnsafeRawBufferPointer(rebasing: all[start..<end]))
                start = end
            }
        }
    }

    /// The WebSocket messages of a recorded session: lines of `{"t_us":…,"kind":"ws","frame":…}`.
    init(session path: String) throws {
        let frame = Data(#""kind":"ws","frame":"#.utf8)
        for line in try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n")) {
            guard let key = line.range(of: frame) else { continue }
            append(line[key.upperBound..<line.index(before: line.endIndex)])
        }
    }

    init() {}
}
