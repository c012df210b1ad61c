/// The values of one statement in the text format, side by side in one buffer, each ended by a NUL byte.
struct BoundParameters: Sendable {
    /// PostgreSQL counts parameters in 16 bits.
    static let limit = 65_535

    private var bytes: [CChar] = []
    /// Where each value starts; nil is NULL.
    private var starts: [Int?] = []
    /// The first value that cannot be sent.
    private(set) var problem: PostgresError?

    var count: Int { starts.count }

    mutating func append(_ value: PostgresValue) {
        switch value {
        case .null: starts.append(nil)
        case .text(let text):
            starts.append(bytes.count)
            bytes.append(contentsOf: text.utf8.lazy.map { CChar(bitPattern: $0) })
            // PostgreSQL's text cannot hold U+0000, and a C string would silently end there.
            if text.utf8.contains(0) { refuse("it contains the character U+0000") }
            bytes.append(0)
        case .unencodable(let reason):
            starts.append(nil)
            refuse(reason)
        }
        if count == Self.limit + 1 { refuse("PostgreSQL takes at most \(Self.limit) parameters") }
    }

    private mutating func refuse(_ reason: String) {
        if problem == nil { problem = .encoding(parameter: max(count, 1), reason: reason) }
    }

    /// The form libpq wants: a pointer per value.
    func withPointers<R>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> R) -> R {
        if starts.isEmpty { return body(nil) }
        return bytes.withUnsafeBufferPointer { buffer in
            withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: starts.count) { pointers in
                for (index, start) in starts.enumerated() {
                    pointers.initializeElement(at: index, to: start.flatMap { buffer.baseAddress?.advanced(by: $0) })
                }
                return body(UnsafePointer(pointers.baseAddress))
            }
        }
    }
}
