/// A refusal in Binance's words: an HTTP status and `{"code":…,"msg":"…"}`.
///
/// - Source: binance/binance-spot-api-docs, errors.md (July 2026).
package struct BinanceError: Error, Hashable, Sendable {
    package var status: Int
    package var code: Int
    package var message: String
    /// For `Retry-After`.
    package var retryAfterSeconds: Int?

    var json: JSONText {
        var json = JSONText()
        json.raw(#"{"code":"#)
        json.integer(code)
        json.raw(#","msg":""#)
        json.raw(message)
        json.raw(#""}"#)
        return json
    }

    static let invalidSymbol = BinanceError(status: 400, code: -1121, message: "Invalid symbol.")
    static let invalidInterval = BinanceError(status: 400, code: -1120, message: "Invalid interval.")
    static let invalidTimes = BinanceError(
        status: 400,
        code: -1127,
        message: "Start time is greater than end time."
    )
    static let tooManyParameters = BinanceError(
        status: 400,
        code: -1101,
        message: "Too many parameters; expected 'symbol' or 'symbols', but received both."
    )

    static func missing(_ parameter: String) -> BinanceError {
        BinanceError(
            status: 400,
            code: -1102,
            message: "Mandatory parameter '\(parameter)' was not sent, was empty/null, or malformed."
        )
    }

    static func illegal(_ parameter: String, legal: String) -> BinanceError {
        BinanceError(
            status: 400,
            code: -1100,
            message: "Illegal characters found in parameter '\(parameter)'; legal range is '\(legal)'."
        )
    }

    static func unread(_ parameter: String) -> BinanceError {
        BinanceError(status: 400, code: -1104, message: "Not all sent parameters were read; unknown '\(parameter)'.")
    }

    static let unknownPath = BinanceError(status: 404, code: -5000, message: "Path or method is invalid.")

    /// What a ``RateRefusal`` is called here.
    static func tooMany(_ refusal: RateRefusal, limit: Int) -> BinanceError {
        switch refusal {
        case .tooMany(let seconds):
            BinanceError(
                status: 429,
                code: -1003,
                message: "Too much request weight used; current limit is \(limit) request weight per 1 "
                    + "MINUTE. Please use WebSocket Streams for live updates to avoid polling the API.",
                retryAfterSeconds: seconds
            )
        case .banned(let until, let seconds):
            BinanceError(
                status: 418,
                code: -1003,
                message: "Way too much request weight used; IP banned until \(until). Please use WebSocket "
                    + "Streams for live updates to avoid bans.",
                retryAfterSeconds: seconds
            )
        }
    }
}
