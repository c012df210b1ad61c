/// Where open positions of a perpetual would be liquidated, as estimated: `map` of
/// `GET /api/v1/market/liquidations/:symbol`.
public struct LiquidationMapView: Codable, Hashable, Sendable {
    /// What the map takes for granted.
    public struct Assumptions: Codable, Hashable, Sendable {
        /// One leverage.
        public struct Leverage: Codable, Hashable, Sendable {
            /// Times.
            public var leverage: Double
            /// Of what is opened, before anything was learnt; 0…1.
            public var assumedShare: Double
            /// As learnt from what was closed; 0…1.
            public var learntShare: Double

            /// Creates one.
            public init(leverage: Double, assumedShare: Double, learntShare: Double) {
                self.leverage = leverage
                self.assumedShare = assumedShare
                self.learntShare = learntShare
            }
        }

        /// Those that positions are spread over.
        public var leverages: [Leverage]
        /// 0.005 for 0.5 % of the notional.
        public var maintenanceRate: Double
        /// In sentences.
        public var notes: [String]

        /// Creates them.
        public init(leverages: [Leverage], maintenanceRate: Double, notes: [String]) {
            self.leverages = leverages
            self.maintenanceRate = maintenanceRate
            self.notes = notes
        }
    }

    /// A price, and what would be closed about there.
    public struct Level: Codable, Hashable, Sendable {
        /// The middle of a quarter of a percent; a decimal string, as all amounts.
        public var price: String
        /// Longs; quote asset, at the price of now.
        public var longNotional: String
        /// Shorts; quote asset, at the price of now.
        public var shortNotional: String
        /// Both sides, by leverage.
        public var byLeverage: [String: String]

        /// Creates one.
        public init(price: String, longNotional: String, shortNotional: String, byLeverage: [String: String]) {
            self.price = price
            self.longNotional = longNotional
            self.shortNotional = shortNotional
            self.byLeverage = byLeverage
        }
    }

    /// How well earlier maps foresaw later liquidations.
    public struct Score: Codable, Hashable, Sendable {
        /// Maps that were judged.
        public var trials: Int
        /// Of what was liquidated where the price went, the part in the heaviest tenth of the map; 0…1.
        public var precision: Double
        /// The part that chance would have put there.
        public var chance: Double
        /// Beyond doubt, 95 %.
        public var betterThanChance: Bool

        /// Creates one.
        public init(trials: Int, precision: Double, chance: Double, betterThanChance: Bool) {
            self.trials = trials
            self.precision = precision
            self.chance = chance
            self.betterThanChance = betterThanChance
        }
    }

    /// `flow`: from volume and open interest, step by step.
    public var method: String
    /// Whose open interest it is.
    public var exchange: String
    /// What it takes for granted.
    public var assumptions: Assumptions
    /// Of the last step; a decimal string.
    public var price: String
    /// Base asset; each side holds as much.
    public var openInterest: String
    /// When the first step ended, milliseconds since 1970: what was open then is taken as opened then.
    public var since: Int64
    /// Minutes.
    public var steps: Int
    /// Whether the levels are held back, because earlier maps were no better than chance.
    public var muted: Bool
    /// How well earlier maps did.
    public var score: Score
    /// Within a quarter of the price, lowest first; none where the map is muted.
    public var levels: [Level]

    /// Creates a map.
    public init(
        method: String,
        exchange: String,
        assumptions: Assumptions,
        price: String,
        openInterest: String,
        since: Int64,
        steps: Int,
        muted: Bool,
        score: Score,
        levels: [Level]
    ) {
        self.method = method
        self.exchange = exchange
        self.assumptions = assumptions
        self.price = price
        self.openInterest = openInterest
        self.since = since
        self.steps = steps
        self.muted = muted
        self.score = score
        self.levels = levels
    }
}
