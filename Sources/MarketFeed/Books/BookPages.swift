import Markets

/// Finished order book pages, so that many readers of one book cost one rendering.
struct BookPages: Sendable {
    private struct Entry {
        let bytes: [UInt8]
        let builtAt: MarketTime
    }

    let limits: BookLimits
    private var pages: [BookRequest: Entry] = [:]

    init(limits: BookLimits) {
        self.limits = limits
    }

    /// A page that is younger than a reader would notice.
    func page(for request: BookRequest, now: MarketTime) -> [UInt8]? {
        guard let entry = pages[request] else { return nil }
        return (0..<limits.pageHoldMilliseconds).contains(now.since(entry.builtAt)) ? entry.bytes : nil
    }

    mutating func keep(_ bytes: [UInt8], for request: BookRequest, builtAt: MarketTime) {
        if pages[request] == nil, pages.count >= limits.cachedPages,
            let oldest = pages.min(by: { $0.value.builtAt < $1.value.builtAt })?.key
        {
            pages[oldest] = nil
        }
        pages[request] = Entry(bytes: bytes, builtAt: builtAt)
    }
}
