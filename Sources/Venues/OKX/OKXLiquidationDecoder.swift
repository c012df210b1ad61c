import Markets

/// A row of the `liquidation-orders` channel, which brings those of all swaps together, at most one per contract and
/// second.
///
/// ```json
/// {"details":[{"bkLoss":"0","bkPx":"82655.7","ccy":"","posSide":"long","side":"sell","sz":"8.55",
///  "ts":"1791565600771"}],"instFamily":"BTC-USDT","instId":"BTC-USDT-SWAP","instType":"SWAP","uly":"BTC-USDT"}
/// ```
/// `side` is the closing **order's**: a sell closes a long. `posSide` says the same less surely, being `net` for holders
/// of one-way positions. `bkPx` is the bankruptcy price, `sz` contracts.
/// <https://www.okx.com/docs-v5/en/#public-data-websocket-liquidation-orders-channel>
struct OKXLiquidationDecoder: ~Copyable {
    private var outer = VenueFields<Outer>()
    private var fields = VenueFields<Field>()

    /// Appends the row's liquidations; a market that is not in the table (inverse, or listed since) is left out.
    mutating func decode(
        _ row: VenueValue,
        markets: borrowing MarketTable,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) {
        outer.read(row)
        let name = try outer.utf8(.instrument)
        guard outer[.details].isArray else { throw FrameRefusal(.shapeUnknown, field: Outer.details.key) }
        guard let market = markets.market(name) else { return }
        let frame = OKXFrame(market: market, name: name, receivedTime: receivedTime)
        let before = events.count
        do throws(FrameRefusal) {
            try outer[.details].forEach { detail throws(FrameRefusal) in
                fields.read(detail)
                events.append(try event(frame))
            }
        } catch {
            events.removeSubrange(before...)
            throw error
        }
    }

    private func event(_ frame: OKXFrame) throws(FrameRefusal) -> MarketEvent {
        let liquidation = Liquidation(
            symbol: frame.market.symbol,
            side: try OKXSide.order(fields[.side]) == .sell ? .long : .short,
            price: try fields.price(.bankruptcyPrice, of: frame.market),
            quantity: try fields.quantity(.size, of: frame.market, inContracts: true, above: true)
        )
        return frame.event(.liquidation(liquidation), at: try fields.timeText(.time))
    }

    enum Outer: Int, VenueFieldName {
        case instrument, details

        var key: String {
            switch self {
            case .instrument: "instId"
            case .details: "details"
            }
        }
    }

    enum Field: Int, VenueFieldName {
        case side, bankruptcyPrice, size, time

        var key: String {
            switch self {
            case .side: "side"
            case .bankruptcyPrice: "bkPx"
            case .size: "sz"
            case .time: "ts"
            }
        }
    }
}
