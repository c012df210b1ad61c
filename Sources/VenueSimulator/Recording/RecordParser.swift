import Markets

/// Understands the lines of one file; which of the formats it is, the first line tells.
struct RecordParser: Sendable {
    enum Format: Hashable, Sendable {
        /// Of Binance's combined streams, spot or futures.
        case session(isPerpetual: Bool)
        /// Of an OKX socket.
        case okxSession
        case candles(CandleInterval)
        /// Turnover, number of trades and the takers' part follow the volume.
        case detailedCandles(CandleInterval)
        case trades
        /// Trades against bitcoin with prices in units of 10⁻⁸.
        case satoshiTrades
    }

    /// Why a line was not understood.
    struct Fault: Error {
        var reason: String
    }

    static let candleHeader = "open_time_ms,open,high,low,close,volume"
    static let tradeHeader = "time_ms,side,price,qty"
    static let satoshiTradeHeader = "ts_ms,side,price_e8,amount"

    let format: Format
    /// What the file's name tells; lines of a session tell it themselves.
    let symbol: Symbol?
    var hasHeader: Bool { !isSession }
    var isSession: Bool {
        switch format {
        case .session, .okxSession: true
        default: false
        }
    }

    init(firstLine: [UInt8], file: RecordingFile) throws(RecordingError) {
        let line = String(decoding: firstLine.prefix(200), as: UTF8.self)
        // Files in satoshi are named by the base asset alone.
        let implied = line == Self.satoshiTradeHeader ? Symbol(file.name + "BTC") : nil
        symbol = file.namedSymbol ?? implied
        if line.hasPrefix("{") {
            format = OKXSessionLine.isOne(firstLine) ? .okxSession : .session(isPerpetual: file.name.hasPrefix("usdm"))
            return
        }
        guard symbol != nil else { throw .symbolUnknown(file: file.path) }
        if line == Self.tradeHeader {
            format = .trades
        } else if line == Self.satoshiTradeHeader {
            format = .satoshiTrades
        } else if line == Self.candleHeader || line.hasPrefix(Self.candleHeader + ",") {
            guard let interval = file.namedInterval else { throw .intervalUnknown(file: file.path) }
            let isDetailed = line.hasPrefix(Self.candleHeader + ",quote_volume,trades,taker_buy_volume")
            format = isDetailed ? .detailedCandles(interval) : .candles(interval)
        } else {
            throw .formatUnknown(file: file.path)
        }
    }

    /// The record of a line; nil for one that has nothing to play, such as what the recorder itself sent.
    func record(_ line: [UInt8]) throws(Fault) -> Record? {
        switch format {
        case .session(let isPerpetual): return try SessionLine.record(line, file: symbol, isPerpetual: isPerpetual)
        case .okxSession: return try OKXSessionLine.record(line)
        default: break
        }
        guard let symbol else { throw Fault(reason: "the market is not known") }
        return switch format {
        case .session, .okxSession: nil
        case .candles(let interval): try TableLine.candle(line, symbol, interval, isDetailed: false)
        case .detailedCandles(let interval): try TableLine.candle(line, symbol, interval, isDetailed: true)
        case .trades: try TableLine.trade(line, symbol)
        case .satoshiTrades: try TableLine.satoshiTrade(line, symbol)
        }
    }
}
