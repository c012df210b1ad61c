import Markets

/// What makes a perpetual's funding, open interest and liquidations, all from hashes of seed and time.
struct PerpetualCharacter: Sendable {
    /// One trade in so many is a position being closed by force.
    private static let liquidationEvery: UInt64 = 150

    private let key: UInt64
    private let funding: SmoothNoise
    private let interest: SmoothNoise
    private let dayLots: Double

    init(name: String, dayLots: Double, seed: UInt64) {
        key = SeededRandom.mix(seed &+ 4) ^ SeededRandom.key(name)
        funding = SmoothNoise(seed: seed, name: name + " funding", minutes: 480, deviation: 0.000_12)
        interest = SmoothNoise(seed: seed, name: name + " interest", minutes: 37, deviation: 0.08)
        self.dayLots = dayLots
    }

    /// A fraction, one basis point on average and at most a third of a percent.
    func fundingRate(at time: MarketTime) -> FixedPoint {
        FixedPoint(rounding: 0.0001 + funding.value(at: time), places: 8) ?? .zero
    }

    /// About half of what is traded in a day.
    func openLots(at time: MarketTime) -> Int64 {
        Int64(max(1, dayLots * (0.5 + interest.value(at: time))))
    }

    /// The position that a trade closed by force, if it did: a seller closes a long.
    func liquidation(_ print: Print) -> ForcedClose? {
        var random = SeededRandom(key, UInt64(bitPattern: print.id), 8)
        guard random.next() % Self.liquidationEvery == 0 else { return nil }
        let position: PositionSide = print.takerSide == .sell ? .long : .short
        return ForcedClose(position: position, price: print.price, quantity: print.quantity, time: print.time)
    }
}

/// One simulated perpetual's figures at any time.
struct SimulatedPerpetual: PerpetualSeries {
    let market: SimulatedListing
    let character: PerpetualCharacter

    func figures(at time: MarketTime) -> PerpetualFigures {
        let minute = time.milliseconds / 60_000
        let ends = market.ticks(minute...minute + 1)
        let part = Double(time.milliseconds % 60_000) / 60_000
        let ticks = Double(ends[0]) * (1 - part) + Double(ends[1]) * part
        let settlement = PerpetualFundingTimes.next(after: time)
        return PerpetualFigures(
            markPrice: market.listing.price(ticks: max(1, Int64(ticks.rounded()))),
            indexPrice: market.listing.price(ticks: max(1, Int64((ticks * market.indexRatio(at: time)).rounded()))),
            fundingRate: character.fundingRate(at: settlement),
            nextFunding: settlement,
            openInterest: openInterest(at: time)
        )
    }

    func fundingRate(at settlement: MarketTime) -> FixedPoint { character.fundingRate(at: settlement) }

    func openInterest(at time: MarketTime) -> Quantity {
        market.listing.quantity(lots: character.openLots(at: time))
    }
}
