import Markets

extension MarketTime {
    /// Reads a venue's time: 13 digits are milliseconds, 16 digits microseconds; nil for anything outside 2001 … 2286.
    init?(venueTime: Int64) {
        switch venueTime {
        case 1_000_000_000_000..<10_000_000_000_000: self.init(milliseconds: venueTime)
        case 1_000_000_000_000_000..<10_000_000_000_000_000: self.init(milliseconds: venueTime / 1000)
        default: return nil
        }
    }
}
