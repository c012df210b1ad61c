import Markets

/// How a symbol splits into base and quote while the venue's own list of instruments has not arrived.
enum QuoteAssets {
    /// Assets that others are priced in, the longer of two that end alike first.
    private static let known = [
        "FDUSD", "USDT", "USDC", "BUSD", "TUSD", "USDD", "USDE", "USD1", "RLUSD", "USD", "EURI", "EUR", "GBP", "TRY",
        "BRL", "JPY", "AUD", "ARS", "MXN", "PLN", "RUB", "UAH", "ZAR", "IDR", "DAI", "BTC", "ETH", "BNB", "SOL", "XRP",
        "TRX", "DOGE",
    ]

    /// The whole name as base and an empty quote when no known asset stands at its end.
    static func split(_ symbol: Symbol) -> (base: String, quote: String) {
        let name = symbol.isPerpetual ? symbol.text.dropLast(Symbol.perpetualSuffix.count) : Substring(symbol.text)
        for quote in known where name.utf8.count > quote.utf8.count && name.hasSuffix(quote) {
            return (String(name.dropLast(quote.count)), quote)
        }
        return (String(name), "")
    }
}

extension Venue {
    /// The place of the venue in a row of venues.
    var position: Int {
        switch self {
        case .binance: 0
        case .bybit: 1
        case .okx: 2
        case .mexc: 3
        }
    }
}
