package import Markets

/// One venue as it is read: its streams and figures, and its past candles, over one budget of requests.
package struct VenueReader: Sendable {
    /// Candles of the instrument that opened within a span, both ends included, oldest first, at most the limit.
    package typealias Candles =
        @Sendable (
            _ instrument: Instrument,
            _ interval: CandleInterval,
            _ from: MarketTime,
            _ to: MarketTime,
            _ limit: Int
        ) async throws -> [Candle]

    package var feed: VenueFeed.Configuration
    package let candles: Candles
    /// What the venue gives in one answer.
    package let candlesPerCall: Int

    /// How many markets of each family are followed trade by trade, and of how many of those the books.
    package struct Depth: Hashable, Sendable {
        package var markets: Int
        package var books: Int

        package init(markets: Int, books: Int) {
            self.markets = markets
            self.books = books
        }
    }

    /// - Parameters:
    ///   - venue: whose dialects are spoken.
    ///   - spot: where its spot markets are asked and heard.
    ///   - perpetuals: where its perpetuals are; on most venues it is the same place.
    ///   - depth: how much is followed.
    ///   - spotOnly: leaves Binance's perpetuals out, of which a recording may have none.
    package init(
        _ venue: Venue,
        spot: VenueEndpoints,
        perpetuals: VenueEndpoints,
        depth: Depth,
        spotOnly: Bool = false
    ) {
        switch venue {
        case .binance: self.init(binance: spot, perpetuals, depth, spotOnly)
        case .bybit: self.init(bybit: spot, depth)
        case .okx: self.init(okx: spot, depth)
        case .mexc: self.init(mexc: spot, perpetuals, depth)
        }
    }

    private init(binance spot: VenueEndpoints, _ perpetuals: VenueEndpoints, _ depth: Depth, _ spotOnly: Bool) {
        let spotClient = BinanceSpotClient(endpoints: spot)
        let perpetualClient = BinanceUSDMClient(endpoints: perpetuals)
        var sections = [VenueSection.binanceSpot(spotClient, symbolLimit: depth.markets, bookLimit: depth.books)]
        if !spotOnly {
            sections.append(
                .binanceUSDM(client: perpetualClient, marketLimit: depth.markets, bookLimit: depth.books)
            )
        }
        feed = VenueFeed.Configuration(
            venue: .binance,
            isSimulated: spot.isSimulated,
            dialects: {
                var dialects: [any VenueDialect] = [BinanceSpotDialect(endpoints: spot)]
                guard !spotOnly else { return dialects }
                dialects.append(BinanceUSDMDialect(.public, endpoints: perpetuals))
                dialects.append(BinanceUSDMDialect(.market, endpoints: perpetuals))
                return dialects
            },
            sections: sections
        )
        candlesPerCall = BinanceSpotClient.maximumCandles
        candles = { instrument, interval, from, to, limit in
            instrument.symbol.isPerpetual
                ? try await perpetualClient.candles(
                    of: instrument,
                    interval: interval,
                    from: from,
                    to: to,
                    limit: limit
                )
                : try await spotClient.candles(of: instrument, interval: interval, from: from, to: to, limit: limit)
        }
    }

    private init(bybit endpoints: VenueEndpoints, _ depth: Depth) {
        let client = BybitClient(endpoints: endpoints, budget: RequestBudget(.bybit))
        feed = VenueFeed.Configuration(
            venue: .bybit,
            isSimulated: endpoints.isSimulated,
            dialects: { BybitCategory.allCases.map { BybitDialect($0, endpoints: endpoints) } },
            sections: BybitCategory.allCases.map {
                .bybit($0, client, symbolLimit: depth.markets, bookLimit: depth.books)
            }
        )
        candlesPerCall = BybitClient.maximumCandles
        candles = { try await client.candles(of: $0, interval: $1, from: $2, to: $3, limit: $4) }
    }

    private init(okx endpoints: VenueEndpoints, _ depth: Depth) {
        let client = OKXClient(endpoints: endpoints, budget: RequestBudget(.okx))
        feed = VenueFeed.Configuration(
            venue: .okx,
            isSimulated: endpoints.isSimulated,
            dialects: { OKXDialect.Socket.allCases.map { OKXDialect($0, endpoints: endpoints) } },
            sections: OKXKind.allCases.map { .okx($0, client, symbolLimit: depth.markets, bookLimit: depth.books) }
        )
        candlesPerCall = OKXClient.maximumCandles
        candles = { try await client.candles(of: $0, interval: $1, from: $2, to: $3, limit: $4) }
    }

    private init(mexc spot: VenueEndpoints, _ perpetuals: VenueEndpoints, _ depth: Depth) {
        let spotClient = MEXCSpotClient(endpoints: spot)
        let perpetualClient = MEXCFuturesClient(endpoints: perpetuals)
        feed = VenueFeed.Configuration(
            venue: .mexc,
            isSimulated: spot.isSimulated,
            dialects: { [MEXCSpotDialect(endpoints: spot), MEXCFuturesDialect(endpoints: perpetuals)] },
            sections: [
                .mexcSpot(client: spotClient, marketLimit: depth.markets, bookLimit: depth.books),
                .mexcFutures(client: perpetualClient, marketLimit: depth.markets, bookLimit: depth.books),
            ]
        )
        candlesPerCall = MEXCSpotClient.maximumCandles
        candles = { instrument, interval, from, to, limit in
            instrument.symbol.isPerpetual
                ? try await perpetualClient.candles(
                    of: instrument,
                    interval: interval,
                    from: from,
                    to: to,
                    limit: limit
                )
                : try await spotClient.candles(of: instrument, interval: interval, from: from, to: to, limit: limit)
        }
    }
}
