import Crypto
package import Indicators
import Markets

/// The name of a result: SHA-256 over all candles that it rests on, the engine's version, the strategy, the costs and
/// every trade.
///
/// Numbers are hashed by their 64 bits, least significant byte first, so that it is equal on every machine, and texts
/// behind their length, so that no two records have one encoding.
package struct ResultHash: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// - Parameters:
    ///   - result: of one backtest.
    ///   - candles: that it ran over.
    ///   - backtest: its costs, and its finer candles.
    ///   - companions: other candles that the strategy was shown: ``Strategy/companions``.
    package init(
        _ result: BacktestResult,
        of candles: CandleColumns,
        under backtest: Backtest,
        companions: [CandleColumns] = []
    ) {
        var writer = HashWriter()
        writer.add("tradepulse-backtest")
        writer.add(Backtest.engineVersion)
        let finer = backtest.finer.map { [$0.candles] } ?? []
        for group in [[candles], finer, companions] {
            writer.add(group.count)
            for candles in group { writer.add(candles) }
        }
        writer.add(result.strategy)
        for figure in [
            backtest.costs.takerFee, backtest.costs.makerFee, backtest.costs.slippage, backtest.costs.fundingRate,
            Double(backtest.costs.fundingHours), backtest.stake,
        ] { writer.add(figure) }
        writer.add(result.trades.count)
        for trade in result.trades { writer.add(trade) }
        description = writer.digest
    }
}

private struct HashWriter {
    private var hash = SHA256()

    var digest: String { hash.finalize().map { byte in hex(byte >> 4) + hex(byte & 15) }.joined() }

    private func hex(_ digit: UInt8) -> String { String(digit, radix: 16) }

    mutating func add(_ number: Int) { add(bits: UInt64(bitPattern: Int64(number))) }

    mutating func add(_ number: Double) { add(bits: number.bitPattern) }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        hash.update(data: Array(text.utf8))
    }

    private mutating func add(bits: UInt64) {
        withUnsafeBytes(of: bits.littleEndian) { hash.update(bufferPointer: $0) }
    }

    mutating func add(_ candles: CandleColumns) {
        add(candles.count)
        for time in candles.openTimes { add(Int(time.milliseconds)) }
        for column in [candles.opens, candles.highs, candles.lows, candles.closes, candles.volumes] {
            for number in column { add(number) }
        }
    }

    mutating func add(_ strategy: StrategyIdentity) {
        add(strategy.name)
        add(strategy.version)
        add(strategy.parameters.count)
        for parameter in strategy.parameters {
            add(parameter.name)
            add(parameter.value)
        }
    }

    mutating func add(_ trade: ClosedPosition) {
        add(trade.side.rawValue)
        add(trade.entryCandle)
        add(trade.exitCandle)
        add(trade.exit.rawValue)
        add(trade.targetsHit)
        add(trade.isAmbiguous ? 1 : 0)
        for figure in [trade.entryPrice, trade.exitPrice, trade.result, trade.fees, trade.funding] { add(figure) }
        add(trade.confidence == nil ? 0 : 1)
        add(trade.confidence ?? 0)
    }
}
