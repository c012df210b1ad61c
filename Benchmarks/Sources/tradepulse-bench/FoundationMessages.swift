/// What a decoder over Foundation would make of the same messages; figures stay text, which spares it their conversion.
struct FoundationMessage<Payload: Decodable>: Decodable {
    let stream: String
    let data: Payload
}

/// `<symbol>@trade`.
struct FoundationTrade: Decodable {
    let type: String
    let eventTime: Int64
    let symbol: String
    let id: Int64
    let price: String
    let quantity: String
    let time: Int64
    let buyerIsMaker: Bool

    private enum CodingKeys: String, CodingKey {
        case type = "e"
        case eventTime = "E"
        case symbol = "s"
        case id = "t"
        case price = "p"
        case quantity = "q"
        case time = "T"
        case buyerIsMaker = "m"
    }
}

/// `<symbol>@kline_1m`.
struct FoundationKline: Decodable {
    struct Bar: Decodable {
        let openTime: Int64
        let interval: String
        let open: String
        let high: String
        let low: String
        let close: String
        let volume: String
        let quoteVolume: String
        let trades: Int
        let isClosed: Bool

        private enum CodingKeys: String, CodingKey {
            case openTime = "t"
            case interval = "i"
            case open = "o"
            case high = "h"
            case low = "l"
            case close = "c"
            case volume = "v"
            case quoteVolume = "q"
            case trades = "n"
            case isClosed = "x"
        }
    }

    let type: String
    let eventTime: Int64
    let symbol: String
    let bar: Bar

    private enum CodingKeys: String, CodingKey {
        case type = "e"
        case eventTime = "E"
        case symbol = "s"
        case bar = "k"
    }
}

/// `<symbol>@miniTicker`, and a row of `!miniTicker@arr`.
struct FoundationMiniTicker: Decodable {
    let type: String
    let eventTime: Int64
    let symbol: String
    let last: String
    let open: String
    let high: String
    let low: String
    let baseVolume: String
    let quoteVolume: String

    private enum CodingKeys: String, CodingKey {
        case type = "e"
        case eventTime = "E"
        case symbol = "s"
        case last = "c"
        case open = "o"
        case high = "h"
        case low = "l"
        case baseVolume = "v"
        case quoteVolume = "q"
    }
}
