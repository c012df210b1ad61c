import Markets

/// What the rows of a message, or of a REST answer, are about.
struct OKXFrame {
    let market: Market
    /// The venue's name of the market, for rows that repeat it; nil where the request alone says what it is about.
    let name: UnsafeBufferPointer<UInt8>?
    let receivedTime: MarketTime

    /// Whether sizes are contracts.
    var isSwap: Bool { market.contractSize != nil }

    func event(_ payload: MarketEvent.Payload, at time: MarketTime?) -> MarketEvent {
        MarketEvent(venue: .okx, exchangeTime: time, receivedTime: receivedTime, payload: payload)
    }

    /// A row may repeat the market's name; another one than the message's would be booked on the wrong market.
    func checkName(_ instrument: VenueValue) throws(FrameRefusal) {
        guard let name else { return }
        guard let utf8 = instrument.utf8 else {
            guard instrument.isAbsent else { throw FrameRefusal(.fieldWrongType, field: "instId") }
            return
        }
        guard utf8.elementsEqual(name) else { throw FrameRefusal(.contradiction, field: "instId") }
    }
}
