import Markets

/// OKX's streams, spot and swap: swap quantities are contracts.
///
/// - Source: okx.com/docs-v5, public channels; recordings of 2026-08 to 2026-10.
struct OKXWords: VenueWords {
    var rhythm: Rhythm { Rhythm(ticker: 100, candle: 1000, figures: 1000, confirmsQuietBooks: true) }

    func greets(_ channel: StreamKind) -> Bool {
        switch channel {
        case .trade, .aggregateTrade, .liquidation: false
        default: true
        }
    }

    func frame(_ news: News, _ topic: Topic, _ listing: Listing, now: MarketTime) -> [UInt8]? {
        var json = JSONText(capacity: 512)
        json.raw(#"{"arg":"#)
        json.raw(topic.name)
        switch news {
        case .book(let change):
            json.raw(#","action":"update","data":["#)
            OKXRows.book(change, listing, now: now, &json)
        case .bookSnapshot(let book) where topic.channel == .topOfBook(levels: 5):
            json.raw(#","data":["#)
            OKXRows.topOfBook(book, listing, now: now, &json)
        case .bookSnapshot(let book):
            json.raw(#","action":"snapshot","data":["#)
            OKXRows.book(book, listing, now: now, &json)
        default:
            json.raw(#","data":["#)
            OKXRows.row(news, topic, listing, now: now, &json)
        }
        json.raw("]}")
        return json.bytes
    }
}
