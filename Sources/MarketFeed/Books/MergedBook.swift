package import Markets

/// The books of several venues as one ladder, each level with the venues that stand at it.
///
/// Two venues can bid and ask across each other: for a moment because one is heard later than the other, or for long
/// because nobody may trade the difference away. A ladder that crosses itself is of no use, so the level of the venue
/// whose book is older is taken out where two cross, until none do; what was taken out is kept beside the ladder.
package struct MergedBook: Hashable, Sendable {
    package struct Level: Hashable, Sendable {
        package var price: Price
        /// Over all venues of the level.
        package var quantity: Quantity
        /// In the order of ``Venue``.
        package var venues: [VenueQuantity]
    }

    package struct VenueQuantity: Hashable, Sendable {
        package var venue: Venue
        package var quantity: Quantity
    }

    /// Best first.
    package private(set) var bids: [Level]
    package private(set) var asks: [Level]
    /// What was taken out because it crossed, best first.
    package private(set) var crossedBids: [Level]
    package private(set) var crossedAsks: [Level]

    private struct Offer {
        let price: Price
        let quantity: Quantity
        let venue: Venue
        let changedAt: MarketTime
    }

    package init(_ views: [VenueBookView], depth: Int) {
        var bids = Self.offers(views, \.bids) { $0 > $1 }[...]
        var asks = Self.offers(views, \.asks) { $0 < $1 }[...]
        var outBids: [Offer] = []
        var outAsks: [Offer] = []
        while let bid = bids.first, let ask = asks.first, bid.price >= ask.price {
            // Of two of one age the bid goes, for want of a better reason.
            if bid.changedAt <= ask.changedAt {
                outBids.append(bid)
                bids.removeFirst()
            } else {
                outAsks.append(ask)
                asks.removeFirst()
            }
        }
        self.bids = Self.levels(bids, limit: depth)
        self.asks = Self.levels(asks, limit: depth)
        crossedBids = Self.levels(outBids[...], limit: depth)
        crossedAsks = Self.levels(outAsks[...], limit: depth)
    }

    package var isCrossed: Bool { !crossedBids.isEmpty || !crossedAsks.isEmpty }

    private static func offers(
        _ views: [VenueBookView],
        _ side: KeyPath<VenueBookView, [BookLevel]>,
        isBetter: (Price, Price) -> Bool
    ) -> [Offer] {
        views.flatMap { view in
            view[keyPath: side].map {
                Offer(
                    price: $0.price,
                    quantity: $0.quantity,
                    venue: view.venue,
                    changedAt: view.changedAt ?? MarketTime(milliseconds: 0)
                )
            }
        }.sorted { left, right in
            left.price == right.price
                ? left.venue.position < right.venue.position : isBetter(left.price, right.price)
        }
    }

    private static func levels(_ offers: ArraySlice<Offer>, limit: Int) -> [Level] {
        var levels: [Level] = []
        for offer in offers {
            let part = VenueQuantity(venue: offer.venue, quantity: offer.quantity)
            if let last = levels.indices.last, levels[last].price == offer.price {
                // A sum beyond the representable range stays at what it was: nobody has 10²⁰ of anything to sell.
                levels[last].quantity = levels[last].quantity.adding(offer.quantity) ?? levels[last].quantity
                levels[last].venues.append(part)
            } else {
                guard levels.count < limit else { break }
                levels.append(Level(price: offer.price, quantity: offer.quantity, venues: [part]))
            }
        }
        return levels
    }
}
