import ArgumentParser
import Foundation
import Indicators
import MarketFeed
import Markets
import Postgres
import Storage

/// Candles that the server has kept, as options.
struct StoredCandles: ParsableArguments {
    enum World: String, CaseIterable, ExpressibleByArgument {
        case live, simulated, replayed
    }

    @Option(
        help: "A symbol whose stored candles are taken in place of a file's, such as BTCUSDT or BTCUSDT-PERP.",
        transform: MarketArgument.symbol
    )
    var fromStore: Symbol?

    @Option(help: "The venue of --from-store.", transform: MarketArgument.venue)
    var venue = Venue.binance

    @Option(help: "The candles of --from-store.", transform: MarketArgument.interval)
    var interval = CandleInterval.oneHour

    @Option(help: "Which market's candles: of the venues, of the simulated market, or of the last replay.")
    var market = World.live

    private static let page = 1_000

    /// Every closed candle of each symbol, oldest first, in the intervals asked for; none where none is stored.
    ///
    /// Gaps are not filled in, but said on standard error.
    func read(_ wanted: [(symbol: Symbol, intervals: [CandleInterval])]) async throws -> [[CandleColumns]] {
        let program = try Program(flags: [])
        var all: [[CandleColumns]] = []
        try await Database.with(program, joining: true) { database in
            try await database.checkSchema()
            let configuration = world.configuration(database.pool.configuration)
            let pool = PostgresPool(configuration: configuration, logger: program.logger)
            do {
                let store = CandleStore.postgres(pool)
                for (symbol, intervals) in wanted {
                    var columns: [CandleColumns] = []
                    for interval in intervals {
                        let series = CandleSeries(venue: venue, symbol: symbol, interval: interval)
                        columns.append(try await read(series, from: store))
                    }
                    all.append(columns)
                }
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
        return all
    }

    private func read(_ series: CandleSeries, from store: CandleStore) async throws -> CandleColumns {
        var columns = CandleColumns()
        var from = MarketTime(milliseconds: 0)
        while true {
            let candles = try await store.range(CandleQuery(series: series, from: from, limit: Self.page))
            for candle in candles where candle.isClosed { columns.append(CandleValues(candle)) }
            guard candles.count == Self.page, let last = candles.last else { break }
            from = last.openTime.adding(milliseconds: 1)
        }
        guard let first = columns.openTimes.first, let last = columns.openTimes.last else { return columns }
        let gaps = try await store.gaps(series, TimeSpan(from: first, to: last))
        if !gaps.isEmpty {
            let text = "\(gaps.count) gaps among the \(series.interval.rawValue) candles; nothing stands in for them\n"
            FileHandle.standardError.write(Data(text.utf8))
        }
        return columns
    }

    private var world: MarketWorld {
        switch market {
        case .live: .live
        // The seed is in the schema; reading needs none.
        case .simulated: .simulated(seed: 0)
        case .replayed: .replayed
        }
    }
}

/// Our vocabulary as arguments.
enum MarketArgument {
    static func symbol(_ text: String) throws -> Symbol {
        guard let symbol = Symbol(text) else { throw ValidationError("\(text) is no symbol, such as BTCUSDT.") }
        return symbol
    }

    static func venue(_ text: String) throws -> Venue {
        guard let venue = Venue(rawValue: text) else {
            throw ValidationError("Venues are \(Venue.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return venue
    }

    static func interval(_ text: String) throws -> CandleInterval {
        guard let interval = CandleInterval(rawValue: text) else {
            throw ValidationError("Candles are of \(CandleInterval.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return interval
    }
}
