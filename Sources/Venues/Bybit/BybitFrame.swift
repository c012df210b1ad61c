import Markets

/// What every data frame of the venue says about itself.
struct BybitFrame {
    let market: Market
    /// The venue's name of the market, as its topic spells it.
    let name: UnsafeBufferPointer<UInt8>
    /// Whole figures, or only what changed.
    let isSnapshot: Bool
    /// The venue's `ts`.
    let time: MarketTime
    let receivedTime: MarketTime

    func event(_ payload: MarketEvent.Payload, at time: MarketTime? = nil) -> MarketEvent {
        MarketEvent(venue: .bybit, exchangeTime: time ?? self.time, receivedTime: receivedTime, payload: payload)
    }

    /// A row may repeat the market's name; another one than the topic's would be booked on the wrong market.
    func checkSymbol(_ symbol: VenueValue) throws(FrameRefusal) {
        guard let utf8 = symbol.utf8 else {
            guard symbol.isAbsent else { throw FrameRefusal(.fieldWrongType, field: "s") }
            return
        }
        guard utf8.elementsEqual(name) else { throw FrameRefusal(.contradiction, field: "s") }
    }
}
