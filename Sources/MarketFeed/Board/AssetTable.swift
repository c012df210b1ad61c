package import Markets

/// Our own ids of assets, for the tickers that mean one coin here and another there.
///
/// An asset's id is its ticker, as most venues mean it. Where a venue means another coin by it, the table names that
/// coin; its market is then shown apart and never mixed into the price, the volume or the book of the first.
/// What the table does not know is caught by the price, see ``PriceDivergence``.
package struct AssetTable: Hashable, Sendable {
    private var others: [Venue: [String: String]]

    package init(_ others: [Venue: [String: String]]) { self.others = others }

    /// Tickers whose meaning differs, collected from the venues' own listings and from the renames that ccxt has kept
    /// since its issues 1330, 3881, 4929, 5701 and 6081.
    package static let curated = AssetTable([
        .okx: [
            "BOX": "DEFIBOX",
            "HOT": "HYDRO",  // elsewhere Holo
            "MAG": "MAGGIE",
            "TRADE": "UNITRADE",
            "WIN": "WINTOKEN",  // elsewhere WINkLink
        ],
        .mexc: [
            "BIFI": "BIFROSTFI",  // elsewhere Beefy
            "BYN": "BEYONDFI",
            "COFI": "COFIX",  // elsewhere CoinFi
            "DFI": "DFISTARTER",  // elsewhere DeFiChain
            "DFT": "DFUTURE",
            "EGC": "EGORAS",
            "FREE": "FREEROSSDAO",
            "GAS": "GASDAO",  // elsewhere Neo's GAS
            "GMT": "GMTTOKEN",  // elsewhere STEPN
            "HERO": "STEPHERO",  // elsewhere Metahero
            "MIMO": "MIMOSA",
            "PROS": "PROSFINANCE",  // elsewhere Prosper
            "SIN": "SINCITY",
            "SOUL": "SOULSWAP",
        ],
    ])

    /// The id of what the venue means by the ticker, where that is another coin; nil where it is the ticker's own.
    func other(_ ticker: String, on venue: Venue) -> String? { others[venue]?[ticker] }
}

/// Why a venue's market is shown but counts neither in the price nor in the volume or the book.
package enum SetApart: String, Hashable, Sendable {
    /// Another coin under the same ticker.
    case otherAsset = "other_asset"
    /// A price that has nothing to do with that of the others: another coin that we do not know of, or a broken market.
    case priceDivergence = "price_divergence"
}
