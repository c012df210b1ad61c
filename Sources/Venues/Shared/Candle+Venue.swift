import Markets

extension CandleInterval {
    /// The interval spelled as Binance does, which is as we do; nil for one that we do not keep.
    init?(venueText: UnsafeBufferPointer<UInt8>) {
        // Compared by bytes: a candle comes every 2 s for every market, and needs no string for this.
        for interval in Self.allCases where interval.rawValue.utf8.elementsEqual(venueText) {
            self = interval
            return
        }
        return nil
    }
}

extension Candle {
    /// Refuses a candle that cannot be true, whichever venue sent it.
    func checkVenueValues() throws(FrameRefusal) {
        guard low <= open, low <= close, open <= high, close <= high, trades >= 0 else {
            throw FrameRefusal(.contradiction)
        }
        guard interval.openTime(of: openTime) == openTime else { throw FrameRefusal(.valueOutOfRange) }
    }
}
