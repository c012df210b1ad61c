/// The fields of Binance's trades, tickers, quotes and books and of the envelope around every event, taken in one pass:
/// these messages come by the ten thousand.
enum BinanceField: Int, VenueFieldName {
    // Of every event.
    case stream, data, eventType, eventTime, symbol
    /// `st`: the family of a futures event.
    case family
    /// `X`: how a futures trade came about.
    case tradeType
    case bookUpdateID, lastUpdateID
    // Of trades; `q` is a ticker's quote volume too.
    case tradeID, aggregateID, price, quantity, tradeTime, buyerIsMaker
    // Of tickers; `o` holds a forced order too.
    case close, open, high, low, baseVolume
    // Of quotes; `a` is an aggregate's number too, and `b` and `a` are the sides of a book.
    case bid, bidQuantity, askQuantity
    // Of books; `u` is the last number.
    case firstUpdateID, previousUpdateID

    /// A ticker's word for a trade's ``quantity``.
    static let quoteVolume = quantity
    /// A forced order's word for a ticker's ``open``.
    static let order = open
    /// A quote's and a book's word for ``aggregateID``.
    static let ask = aggregateID

    var key: String {
        switch self {
        case .stream: "stream"
        case .data: "data"
        case .eventType: "e"
        case .eventTime: "E"
        case .symbol: "s"
        case .family: "st"
        case .tradeType: "X"
        case .bookUpdateID: "u"
        case .lastUpdateID: "lastUpdateId"
        case .tradeID: "t"
        case .aggregateID: "a"
        case .price: "p"
        case .quantity: "q"
        case .tradeTime: "T"
        case .buyerIsMaker: "m"
        case .close: "c"
        case .open: "o"
        case .high: "h"
        case .low: "l"
        case .baseVolume: "v"
        case .bid: "b"
        case .bidQuantity: "B"
        case .askQuantity: "A"
        case .firstUpdateID: "U"
        case .previousUpdateID: "pu"
        }
    }
}
