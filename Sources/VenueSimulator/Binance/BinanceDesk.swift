import Markets

/// Answers Binance's REST requests: `/api/v3` for the spot market, `/fapi/v1` and `/futures/data` for USD-M futures.
struct BinanceDesk: RequestDesk {
    let floor: any VenueFloor
    let gate: RateGate

    func answer(_ request: RESTRequest) -> RESTAnswer {
        let isPerpetual = request.path.hasPrefix("/fapi/") || request.path.hasPrefix("/futures/data/")
        let rule: RateRule = isPerpetual ? .binancePerpetual : .binanceSpot
        let caller = (isPerpetual ? "perpetual " : "") + request.address
        do throws(RateRefusal) {
            let endpoint: BinanceEndpoint
            do throws(BinanceError) {
                endpoint = try BinanceEndpoint(path: request.path, query: try BinanceQuery(request.query))
            } catch {
                // A wrong request costs as much as the cheapest one.
                return answer(error, used: try gate.charge(1, to: caller, rule, now: request.now))
            }
            let used = try gate.charge(endpoint.weight(isPerpetual: isPerpetual), to: caller, rule, now: request.now)
            do throws(BinanceError) {
                let json = try isPerpetual ? perpetual(endpoint) : spot(endpoint)
                return RESTAnswer(json, headers: Self.headers(used))
            } catch {
                return answer(error, used: used)
            }
        } catch {
            let refusal = BinanceError.tooMany(error, limit: rule.limit)
            return answer(refusal, used: gate.used(by: caller, now: request.now))
        }
    }

    private func answer(_ error: BinanceError, used: Int) -> RESTAnswer {
        var headers = Self.headers(used)
        if let seconds = error.retryAfterSeconds { headers.append(("Retry-After", String(seconds))) }
        return RESTAnswer(status: error.status, error.json, headers: headers)
    }

    private static func headers(_ used: Int) -> [(name: String, value: String)] {
        [("x-mbx-used-weight", String(used)), ("x-mbx-used-weight-1m", String(used))]
    }

    func index(of symbol: String, isPerpetual: Bool) throws(BinanceError) -> Int {
        guard let index = floor.directory.index(of: symbol, isPerpetual: isPerpetual) else { throw .invalidSymbol }
        return index
    }

    func indices(of symbols: [String]?, isPerpetual: Bool) throws(BinanceError) -> [Int] {
        guard let symbols else { return floor.directory.all(isPerpetual: isPerpetual) }
        var chosen: [Int] = []
        for symbol in symbols { chosen.append(try index(of: symbol, isPerpetual: isPerpetual)) }
        return chosen
    }
}

// MARK: - Spot

extension BinanceDesk {
    private func spot(_ endpoint: BinanceEndpoint) throws(BinanceError) -> JSONText {
        switch endpoint {
        case .ping: return BinanceAnswers.empty
        case .time: return BinanceAnswers.time(floor.time)
        case .exchangeInfo(let symbols):
            let chosen = try indices(of: symbols, isPerpetual: false).map { floor.directory.listings[$0] }
            return BinanceAnswers.exchangeInfo(chosen, now: floor.time)
        case .dayTickers(let symbols):
            let rows = floor.rows(of: try indices(of: symbols, isPerpetual: false)).map { BinanceTickers($0).row }
            return BinanceAnswers.list(rows, isSingle: symbols?.count == 1)
        case .candles(let symbol, let interval, let from, let to, let limit):
            let index = try index(of: symbol, isPerpetual: false)
            // Made outside the floor's lock: a long range is worked out, not looked up.
            let bars = floor.series(of: index).bars(interval, from: from, to: to, limit: limit)
            return BinanceAnswers.candles(bars, interval)
        case .depth(let symbol, let limit):
            return BinanceAnswers.depth(floor.depth(of: try index(of: symbol, isPerpetual: false)), limit: limit)
        case .trades(let symbol, let limit):
            let index = try index(of: symbol, isPerpetual: false)
            return BinanceAnswers.trades(floor.prints(of: index, limit: limit))
        case .openInterest, .openInterestHistory, .premiumIndex, .fundingRates: throw .unknownPath
        }
    }
}
