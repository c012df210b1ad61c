import Markets

/// Answers OKX's REST requests under `/api/v5`; each endpoint has its own limit per two seconds.
///
/// - Source: okx.com/docs-v5, market and public data; answers recorded in 2025 and 2026.
struct OKXDesk: RequestDesk {
    let floor: any VenueFloor
    let gate: RateGate

    /// Calls an address may make within two seconds.
    private static let limits: [String: Int] = [
        "/api/v5/public/instruments": 20, "/api/v5/market/tickers": 20, "/api/v5/market/ticker": 20,
        "/api/v5/market/candles": 40, "/api/v5/market/history-candles": 20, "/api/v5/market/books": 40,
        "/api/v5/market/trades": 100, "/api/v5/public/open-interest": 20, "/api/v5/public/funding-rate": 20,
        "/api/v5/public/funding-rate-history": 10, "/api/v5/public/mark-price": 10, "/api/v5/public/time": 10,
    ]

    func answer(_ request: RESTRequest) -> RESTAnswer {
        do throws(OKXError) {
            guard let limit = Self.limits[request.path] else { throw .notFound }
            do throws(RateRefusal) {
                let caller = request.path + " " + request.address
                _ = try gate.charge(1, to: caller, .okx(limit), now: request.now)
            } catch {
                throw .tooManyRequests
            }
            let rows = try rows(request)
            var json = JSONText(capacity: rows.bytes.count + 40)
            json.raw(#"{"code":"0","msg":"","data":"#)
            json.raw(rows)
            json.raw("}")
            return RESTAnswer(json)
        } catch {
            return RESTAnswer(status: error.status, error.json)
        }
    }

    private func rows(_ request: RESTRequest) throws(OKXError) -> JSONText {
        let answers = OKXAnswers(floor: floor)
        switch request.path {
        case "/api/v5/public/time":
            var json = JSONText()
            json.raw(#"[{"ts":"#)
            json.quoted(floor.time.milliseconds)
            json.raw("}]")
            return json
        case "/api/v5/public/instruments": return try answers.instruments(request)
        case "/api/v5/market/tickers": return try answers.tickers(try answers.isPerpetual(request))
        case "/api/v5/market/ticker": return answers.ticker(try answers.index(request))
        case "/api/v5/market/candles", "/api/v5/market/history-candles": return try answers.candles(request)
        case "/api/v5/market/books": return try answers.book(request)
        case "/api/v5/market/trades": return try answers.trades(request)
        default: return try answers.figures(request)
        }
    }
}

/// A refusal in OKX's words.
struct OKXError: Error, Hashable, Sendable {
    var status = 200
    var code: String
    var message: String

    static let unknownInstrument = OKXError(
        code: "51001",
        message: "Instrument ID, Instrument ID code, or Spread ID doesn't exist."
    )
    static let tooManyRequests = OKXError(status: 429, code: "50011", message: "Too Many Requests")
    static let notFound = OKXError(status: 404, code: "404", message: "Not Found")

    static func missing(_ name: String) -> OKXError {
        OKXError(status: 400, code: "50014", message: "Parameter \(name) can not be empty.")
    }

    static func wrong(_ name: String) -> OKXError {
        OKXError(status: 400, code: "51000", message: "Parameter \(name) error")
    }

    var json: JSONText {
        var json = JSONText()
        json.raw(#"{"code":"#)
        json.name(code)
        json.raw(#","data":[],"msg":"#)
        json.name(message)
        json.raw("}")
        return json
    }
}
