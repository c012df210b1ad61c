import Markets

/// What every data message of the venue says about itself.
struct MEXCFrame {
    let market: Market
    /// When the venue made or sent it; nil where it does not say.
    let time: MarketTime?
    let receivedTime: MarketTime

    func event(_ payload: MarketEvent.Payload, at time: MarketTime? = nil) -> MarketEvent {
        MarketEvent(venue: .mexc, exchangeTime: time ?? self.time, receivedTime: receivedTime, payload: payload)
    }
}
