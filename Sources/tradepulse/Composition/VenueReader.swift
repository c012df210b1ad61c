import MarketFeed
import Markets
import Venues

/// One venue as it is read: its streams and figures, and its past candles, over one budget of requests.
struct VenueReader {
    let feed: VenueFeed.Configuration
    let history: CandleHistory

    /// How many markets of each family are followed trade by trade, and of how many of those the books.
    struct Depth {
        var markets: Int
        var books: Int
    }

    /// Of every family that the venue has, unless `spotOnly`.
    init(_ venue: Venue, at addresses: VenueAddresses, depth: Depth, spotOnly: Bool, listings: VenueListings) {
        switch venue {
        case .binance: self.init(binance: addresses, depth, spotOnly, listings)
        case .bybit: self.init(bybit: addresses, depth, listings)
        case .okx: self.init(okx: addresses, depth, listings)
        case .mexc: self.init(mexc: addresses, depth, listings)
        }
    }

    private init(binance addresses: VenueAddresses, _ depth: Depth, _ spotOnly: Bool, _ listings: VenueListings) {
        let spot = BinanceSpotClient(endpoints: addresses.spot)
        let perpetuals = BinanceUSDMClient(endpoints: addresses.perpetuals, budget: RequestBudget(.binanceUSDM))
        var sections = [VenueSection.binanceSpot(spot, symbolLimit: depth.markets, bookLimit: depth.books)]
        if !spotOnly {
            sections.append(.binanceUSDM(client: perpetuals, marketLimit: depth.markets, bookLimit: depth.books))
        }
        feed = VenueFeed.Configuration(
            venue: .binance,
            isSimulated: addresses.spot.isSimulated,
            dialects: {
                var dialects: [any VenueDialect] = [BinanceSpotDialect(endpoints: addresses.spot)]
                guard !spotOnly else { return dialects }
                dialects.append(BinanceUSDMDialect(.public, endpoints: addresses.perpetuals))
                dialects.append(BinanceUSDMDialect(.market, endpoints: addresses.perpetuals))
                return dialects
            },
            sections: sections
        )
        history = listings.history(of: .binance, callLimit: BinanceSpotClient.maximumCandles) {
            instrument,
            interval,
            from,
            to,
            limit in
            instrument.symbol.isPerpetual
                ? try await perpetuals.candles(of: instrument, interval: interval, from: from, to: to, limit: limit)
                : try await spot.klines(instrument.symbol, interval: interval, from: from, to: to, limit: limit)
        }
    }

    private init(bybit addresses: VenueAddresses, _ depth: Depth, _ listings: VenueListings) {
        let client = BybitClient(endpoints: addresses.spot, budget: RequestBudget(.bybit))
        feed = VenueFeed.Configuration(
            venue: .bybit,
            isSimulated: addresses.spot.isSimulated,
            dialects: { BybitCategory.allCases.map { BybitDialect($0, endpoints: addresses.spot) } },
            sections: BybitCategory.allCases.map {
                .bybit($0, client, symbolLimit: depth.markets, bookLimit: depth.books)
            }
        )
        history = listings.history(of: .bybit, callLimit: BybitClient.maximumCandles) {
            try await client.candles(of: $0, interval: $1, from: $2, to: $3, limit: $4)
        }
    }

    private init(okx addresses: VenueAddresses, _ depth: Depth, _ listings: VenueListings) {
        let client = OKXClient(endpoints: addresses.spot, budget: RequestBudget(.okx))
        feed = VenueFeed.Configuration(
            venue: .okx,
            isSimulated: addresses.spot.isSimulated,
            dialects: { OKXDialect.Socket.allCases.map { OKXDialect($0, endpoints: addresses.spot) } },
            sections: OKXKind.allCases.map { .okx($0, client, symbolLimit: depth.markets, bookLimit: depth.books) }
        )
        history = listings.history(of: .okx, callLimit: OKXClient.maximumCandles) {
            try await client.candles(of: $0, interval: $1, from: $2, to: $3, limit: $4)
        }
    }

    private init(mexc addresses: VenueAddresses, _ depth: Depth, _ listings: VenueListings) {
        let spot = MEXCSpotClient(endpoints: addresses.spot, budget: RequestBudget(.mexcSpot))
        let perpetuals = MEXCFuturesClient(endpoints: addresses.perpetuals, budget: RequestBudget(.mexcFutures))
        feed = VenueFeed.Configuration(
            venue: .mexc,
            isSimulated: addresses.spot.isSimulated,
            dialects: {
                [
                    MEXCSpotDialect(endpoints: addresses.spot),
                    MEXCFuturesDialect(endpoints: addresses.perpetuals),
                ]
            },
            sections: [
                .mexcSpot(client: spot, marketLimit: depth.markets, bookLimit: depth.books),
                .mexcFutures(client: perpetuals, marketLimit: depth.markets, bookLimit: depth.books),
            ]
        )
        history = listings.history(of: .mexc, callLimit: MEXCSpotClient.maximumCandles) {
            instrument,
            interval,
            from,
            to,
            limit in
            instrument.symbol.isPerpetual
                ? try await perpetuals.candles(of: instrument, interval: interval, from: from, to: to, limit: limit)
                : try await spot.candles(of: instrument, interval: interval, from: from, to: to, limit: limit)
        }
    }
}

extension VenueListings {
    /// A venue's past candles by symbol; a symbol that it does not list has none.
    fileprivate func history(
        of venue: Venue,
        callLimit: Int,
        _ candles:
            @escaping @Sendable (Instrument, CandleInterval, MarketTime, MarketTime, Int) async throws -> [Candle]
    ) -> CandleHistory {
        CandleHistory(callLimit: { _ in callLimit }) { [self] series, span in
            guard series.venue == venue, !span.isEmpty, let instrument = instrument(series.symbol, on: venue) else {
                return []
            }
            // The venues' ranges include their end.
            let last = span.to.adding(milliseconds: -1)
            return try await candles(instrument, series.interval, span.from, last, callLimit)
        }
    }
}
