import OrderedCollections

/// Different things within a window; at most as many as matter.
struct RecentSet<Element: Hashable & Sendable>: Sendable {
    private var times: OrderedDictionary<Element, Int64> = [:]
    private let limit: Int
    private let window: Int64

    init(limit: Int, window: Int64) {
        self.limit = limit
        self.window = window
    }

    /// Whether there are as many different ones within the window now as the limit says.
    mutating func insert(_ element: Element, at time: Int64) -> Bool {
        // The newest last: what is said again moves to the end.
        times.removeValue(forKey: element)
        while let oldest = times.elements.first, oldest.value <= time - window || times.count >= limit {
            times.removeFirst()
        }
        times[element] = time
        return times.count >= limit
    }
}

/// How often something happened in this window of time and, in proportion, the one before.
struct RecentCount: Sendable {
    private var start: Int64 = 0
    private var now = 0
    private var before = 0
    private let window: Int64

    init(window: Int64) { self.window = window }

    /// Counts once more.
    ///
    /// - Returns: some number of the times within the last window: exact within one, a proportion across two.
    mutating func increment(at time: Int64) -> Int {
        let current = time / window
        if current != start {
            before = current == start + 1 ? now : 0
            now = 0
            start = current
        }
        now += 1
        return now + before * Int(window - time % window) / Int(window)
    }
}

/// A value for each key, of those keys that came last.
struct RecentTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var values: OrderedDictionary<Key, Value> = [:]

    /// Keys kept; a tenth of them, those that came first, goes when there are more.
    static var limit: Int { 10_000 }

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            values[key] = newValue
            if values.count > Self.limit { values.removeFirst(Self.limit / 10) }
        }
    }
}
