/// The last trade ids of a market, for a feed that says things twice.
struct RecentIDs: Sendable {
    /// Of its array.
    static var bytes: Int { kept * MemoryLayout<Int64>.stride }
    private static let kept = 16
    private var ids = [Int64](repeating: .min, count: Self.kept)
    private var next = 0

    /// Whether the id is new; it is remembered until as many others have come.
    mutating func insert(_ id: Int64) -> Bool {
        guard !ids.contains(id) else { return false }
        ids[next] = id
        next = (next + 1) % Self.kept
        return true
    }
}
