import Markets
import Synchronization

/// Answers Binance spot's REST requests from a served market.
struct BinanceREST<Market: ServedMarket>: Sendable {
    struct Answer: Sendable {
        var status = 200
        var body: [UInt8]
        /// For `X-MBX-USED-WEIGHT-1M`.
        var usedWeight: Int
        var retryAfterSeconds: Int?
    }

    let floor: BinanceFloor<Market>

    /// - Parameters:
    ///   - path: without the query.
    ///   - query: pairs as sent, percent-decoded.
    ///   - address: the caller, whose weight is counted.
    ///   - now: wall-clock time.
    /// - Returns: the body, also of a refusal.
    func answer(
        path: String,
        query: [(key: Substring, value: Substring)],
        address: String,
        now: MarketTime
    ) -> Answer {
        do throws(BinanceError) {
            let endpoint: BinanceEndpoint
            do throws(BinanceError) {
                endpoint = try BinanceEndpoint(path: path, query: try BinanceQuery(query))
            } catch {
                // A wrong request costs as much as the cheapest one.
                let used = try floor.charge(1, to: address, now: now)
                return Answer(status: error.status, body: error.json.bytes, usedWeight: used)
            }
            let used = try floor.charge(endpoint.weight, to: address, now: now)
            do throws(BinanceError) {
                return Answer(body: try body(of: endpoint).bytes, usedWeight: used)
            } catch {
                return Answer(status: error.status, body: error.json.bytes, usedWeight: used)
            }
        } catch {
            return Answer(
                status: error.status,
                body: error.json.bytes,
                usedWeight: floor.usedWeight(by: address, now: now),
                retryAfterSeconds: error.retryAfterSeconds
            )
        }
    }

    private func body(of endpoint: BinanceEndpoint) throws(BinanceError) -> BinanceJSON {
        switch endpoint {
        case .ping:
            var json = BinanceJSON()
            json.raw("{}")
            return json
        case .time:
            var json = BinanceJSON()
            json.raw(#"{"serverTime":"#)
            json.integer(floor.read { $0.time }.milliseconds)
            json.raw("}")
            return json
        case .exchangeInfo(let symbols): return try exchangeInfo(symbols)
        case .dayTickers(let symbols): return try dayTickers(symbols)
        case .candles(let symbol, let interval, let from, let to, let limit):
            let index = try floor.index(of: symbol)
            // Made outside the lock: a long range is worked out, not looked up.
            let series = floor.read { $0.series(of: index) }
            return BinanceAnswers.candles(series.bars(interval, from: from, to: to, limit: limit), interval)
        case .depth(let symbol, let limit):
            let index = try floor.index(of: symbol)
            return BinanceAnswers.depth(floor.read { $0.depth(of: index) }, limit: limit)
        case .trades(let symbol, let limit):
            let index = try floor.index(of: symbol)
            return BinanceAnswers.trades(floor.read { $0.prints(of: index, limit: limit) })
        }
    }

    private func exchangeInfo(_ symbols: [String]?) throws(BinanceError) -> BinanceJSON {
        let (listings, time) = floor.read { ($0.listings, $0.time) }
        guard let symbols else { return BinanceAnswers.exchangeInfo(listings, now: time) }
        var chosen: [Listing] = []
        for symbol in symbols { chosen.append(listings[try floor.index(of: symbol)]) }
        return BinanceAnswers.exchangeInfo(chosen, now: time)
    }

    private func dayTickers(_ symbols: [String]?) throws(BinanceError) -> BinanceJSON {
        var chosen: [Int]?
        if let symbols {
            chosen = []
            for symbol in symbols { chosen?.append(try floor.index(of: symbol)) }
        }
        let tickers = floor.read { market in
            (chosen ?? Array(market.listings.indices)).map { index in
                BinanceTickers(
                    listing: market.listings[index],
                    day: market.day(of: index),
                    quote: market.quote(of: index)
                )
            }
        }
        // `symbol=` is answered with the row itself, everything else with a list.
        if let symbols, symbols.count == 1, let only = tickers.first { return only.row }
        var json = BinanceJSON(capacity: tickers.count * 600)
        json.array(tickers.lazy.map(\.row))
        return json
    }
}
