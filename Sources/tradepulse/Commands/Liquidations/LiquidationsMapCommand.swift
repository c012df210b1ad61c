import ArgumentParser
import Backtesting
import Foundation
import Liquidations

/// `tradepulse liquidations map`: the map over a recorded or made-up market, at each of its checkpoints.
struct LiquidationsMapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map",
        abstract: "Estimate the liquidation map of a market at its checkpoints.",
        discussion: """
            INPUT is a JSON object: columns, rows (open_time_ms, open, high, low, close, volume, taker_buy_volume, \
            open_interest, volumes and open interest in the base asset), assumed_leverage (shares by leverage), \
            maintenance_rate and checkpoints (open times). Rows are read in order; printed is an array with an object for \
            each checkpoint: time_ms, price, open_interest, shares (as learnt so far) and levels, pairs of a price and a \
            value in the quote asset.
            """
    )

    private struct Input: Decodable {
        var columns: [String]
        var rows: [[Double]]
        var assumedLeverage: [String: Double]
        var maintenanceRate: Double
        var checkpoints: [Double]
    }

    private struct Checkpoint: Encodable {
        var timeMs: Int64
        var price: Double
        var openInterest: Double
        var shares: [String: Double]
        var levels: [[Double]]
    }

    @Argument(help: "The file, gzipped or not.")
    var input: String

    @Option(help: "Width of a level, in basis points of the price.")
    var width = 0.5

    func validate() throws {
        guard (0.1...100).contains(width) else { throw ValidationError("--width is 0.1 to 100.") }
    }

    func run() async throws {
        try Failure.explained {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            let market = try decoder.decode(Input.self, from: Data(try GzipFile.read(input)))
            let leverages = market.assumedLeverage.compactMap { name, share in Double(name).map { ($0, share) } }
                .sorted { $0.0 < $1.0 }
            guard
                let assumptions = MapAssumptions(
                    leverages: leverages.map(\.0),
                    shares: leverages.map(\.1),
                    maintenanceRate: market.maintenanceRate,
                    counting: .eachPosition
                )
            else { throw ValidationError("assumed_leverage and maintenance_rate make no sense together.") }
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys]
            AdminCommand.say(String(decoding: try encoder.encode(try checkpoints(market, assumptions)), as: UTF8.self))
        }
    }

    private func checkpoints(_ market: Input, _ assumptions: MapAssumptions) throws -> [Checkpoint] {
        func column(_ name: String) throws -> Int {
            guard let place = market.columns.firstIndex(of: name) else { throw ValidationError("No column \(name).") }
            return place
        }
        let (time, high, low) = (try column("open_time_ms"), try column("high"), try column("low"))
        let (close, volume) = (try column("close"), try column("volume"))
        let (buys, interest) = (try column("taker_buy_volume"), try column("open_interest"))
        var map = LiquidationMap(assumptions, resolution: width / 10_000)
        let wanted = Set(market.checkpoints)
        var found: [Checkpoint] = []
        for row in market.rows {
            guard row.count == market.columns.count else { throw ValidationError("A row has not all columns.") }
            map.take(
                MarketStep(
                    low: row[low],
                    high: row[high],
                    close: row[close],
                    volume: row[volume],
                    takerBuyVolume: row[buys],
                    openInterest: row[interest]
                )
            )
            guard wanted.contains(row[time]) else { continue }
            let shares = zip(assumptions.leverages, map.shares).map { ("\(Int($0))", $1) }
            found.append(
                Checkpoint(
                    timeMs: Int64(row[time]),
                    price: row[close],
                    openInterest: row[interest],
                    shares: Dictionary(shares) { first, _ in first },
                    levels: map.levels().map { [$0.price, ($0.long + $0.short) * row[close]] }
                )
            )
        }
        return found
    }
}
