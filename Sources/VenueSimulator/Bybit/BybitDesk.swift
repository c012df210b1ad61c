import Markets

/// Answers Bybit's REST requests: `/v5/market/…` with `category=spot` or `linear`.
///
/// - Source: bybit-exchange/docs, v5 market (2026-07); answers recorded in 2026-08.
struct BybitDesk: RequestDesk {
    let floor: any VenueFloor
    let gate: RateGate

    func answer(_ request: RESTRequest) -> RESTAnswer {
        do throws(RateRefusal) {
            let used = try gate.charge(1, to: request.address, .bybit, now: request.now)
            let headers = [
                ("X-Bapi-Limit", String(RateRule.bybit.limit)),
                ("X-Bapi-Limit-Status", String(RateRule.bybit.limit - used)),
            ]
            do throws(BybitError) {
                return RESTAnswer(envelope(try result(request), now: request.now), headers: headers)
            } catch {
                return RESTAnswer(status: error.status, error.json(now: request.now), headers: headers)
            }
        } catch {
            switch error {
            case .tooMany: return RESTAnswer(BybitError.tooManyVisits.json(now: request.now))
            case .banned: return RESTAnswer(status: 403, BybitError.accessTooFrequent)
            }
        }
    }

    private func envelope(_ result: JSONText, now: MarketTime) -> JSONText {
        var json = JSONText(capacity: result.bytes.count + 96)
        json.raw(#"{"retCode":0,"retMsg":"OK","result":"#)
        json.raw(result)
        json.raw(#","retExtInfo":{},"time":"#)
        json.integer(now.milliseconds)
        json.raw("}")
        return json
    }

    private func result(_ request: RESTRequest) throws(BybitError) -> JSONText {
        if request.path == "/v5/market/time" {
            var json = JSONText()
            json.raw(#"{"timeSecond":""#)
            json.integer(floor.time.milliseconds / 1000)
            json.raw(#"","timeNano":""#)
            json.integer(floor.time.milliseconds)
            json.raw(#"000000"}"#)
            return json
        }
        let category = request["category"] ?? "linear"
        guard category == "spot" || category == "linear" else { throw .params("category") }
        let answers = BybitAnswers(floor: floor, category: category)
        switch request.path {
        case "/v5/market/tickers": return try answers.tickers(request)
        case "/v5/market/kline": return try answers.candles(request)
        case "/v5/market/instruments-info": return try answers.instruments(request)
        case "/v5/market/orderbook": return try answers.book(request)
        case "/v5/market/recent-trade": return try answers.trades(request)
        case "/v5/market/open-interest" where category == "linear": return try answers.openInterest(request)
        case "/v5/market/funding/history" where category == "linear": return try answers.funding(request)
        default: throw .notFound
        }
    }
}

/// A refusal in Bybit's words: mostly HTTP 200 with a code other than 0.
struct BybitError: Error, Hashable, Sendable {
    var status = 200
    var code: Int
    var message: String

    static func params(_ name: String) -> BybitError {
        BybitError(code: 10001, message: "params error: \(name) invalid")
    }
    static let symbol = BybitError(code: 10001, message: "Not supported symbols")
    static let tooManyVisits = BybitError(code: 10006, message: "Too many visits. Exceeded the API Rate Limit.")
    static let notFound = BybitError(status: 404, code: 10404, message: "Path not found")

    /// What the gateway says before Bybit sees the request.
    static var accessTooFrequent: JSONText {
        var json = JSONText()
        json.raw(#"{"ret_code":10018,"ret_msg":"access too frequent","result":null}"#)
        return json
    }

    func json(now: MarketTime) -> JSONText {
        var json = JSONText()
        json.raw(#"{"retCode":"#)
        json.integer(code)
        json.raw(#","retMsg":"#)
        json.name(message)
        json.raw(#","result":{},"retExtInfo":{},"time":"#)
        json.integer(now.milliseconds)
        json.raw("}")
        return json
    }
}
