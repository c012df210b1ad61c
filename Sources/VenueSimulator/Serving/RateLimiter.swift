package import Markets

/// How much an address may ask for, and what happens to one that asks for more.
package struct RateRule: Hashable, Sendable {
    package var limit: Int
    package var windowMilliseconds: Int64
    /// Refusals that an address may collect within a window before it is banned; nil never bans.
    package var patience: Int?
    /// Doubles with each ban of an address.
    package var firstBanMilliseconds: Int64
    package var longestBanMilliseconds: Int64

    /// A limit per window of so many milliseconds; without patience nobody is banned.
    package init(
        limit: Int,
        windowMilliseconds: Int64,
        patience: Int? = nil,
        firstBanMilliseconds: Int64 = 120_000,
        longestBanMilliseconds: Int64 = 3 * 86_400_000
    ) {
        self.limit = limit
        self.windowMilliseconds = windowMilliseconds
        self.patience = patience
        self.firstBanMilliseconds = firstBanMilliseconds
        self.longestBanMilliseconds = longestBanMilliseconds
    }

    /// Binance's spot market: 6,000 per minute, then 429; who goes on asking gets 418.
    package static let binanceSpot = RateRule(limit: 6000, windowMilliseconds: 60_000, patience: 10)
    /// Binance's futures market has a budget of its own.
    static let binancePerpetual = RateRule(limit: 2400, windowMilliseconds: 60_000, patience: 10)
    /// Bybit: 600 requests per 5 s, then code 10006, then 403 for ten minutes.
    static let bybit = RateRule(
        limit: 600,
        windowMilliseconds: 5000,
        patience: 10,
        firstBanMilliseconds: 600_000,
        longestBanMilliseconds: 600_000
    )
    /// MEXC: 500 per 10 s, endpoint and address.
    static let mexcSpot = RateRule(limit: 500, windowMilliseconds: 10_000, patience: 10)
    /// MEXC's futures: 20 per 2 s unless the endpoint's table says otherwise.
    static func mexcPerpetual(_ limit: Int) -> RateRule {
        RateRule(limit: limit, windowMilliseconds: 2000, patience: 20)
    }
    /// OKX limits each endpoint by itself and bans nobody.
    static func okx(_ limit: Int) -> RateRule { RateRule(limit: limit, windowMilliseconds: 2000) }
}

/// Why a request was not answered.
package enum RateRefusal: Error, Hashable, Sendable {
    case tooMany(retryAfterSeconds: Int)
    case banned(until: MarketTime, retryAfterSeconds: Int)
}

/// Counts what each caller asked for within a window, refuses beyond the limit, and bans those who do not listen.
package struct RateLimiter: Sendable {
    /// Callers remembered; beyond it those whose window is over are forgotten.
    private static let mostAccounts = 1024

    private struct Account {
        var window: Int64
        var windowLength: Int64
        var used = 0
        var refused = 0
        var bans = 0
        var bannedUntil: Int64 = 0
    }

    private var accounts: [String: Account] = [:]
    /// How many callers are remembered.
    package var callers: Int { accounts.count }

    package init() {}

    /// Charges a request.
    ///
    /// - Parameters:
    ///   - weight: what the endpoint costs.
    ///   - caller: an address, with the endpoint where each has its own limit.
    ///   - rule: the limit.
    ///   - now: wall-clock time, whatever the time of the served market.
    ///   - onBan: called when this request is the one that begins a ban.
    /// - Returns: what was used in this window.
    /// - Throws: ``RateRefusal``.
    package mutating func charge(
        _ weight: Int,
        to caller: String,
        _ rule: RateRule,
        now: MarketTime,
        onBan: () -> Void = {}
    ) throws(RateRefusal) -> Int {
        let window = now.milliseconds / rule.windowMilliseconds
        if accounts.count >= Self.mostAccounts { forget(now) }
        var account = accounts[caller] ?? Account(window: window, windowLength: rule.windowMilliseconds)
        defer { accounts[caller] = account }
        if account.bannedUntil > now.milliseconds {
            throw .banned(
                until: MarketTime(milliseconds: account.bannedUntil),
                retryAfterSeconds: Self.seconds(account.bannedUntil, now)
            )
        }
        if account.window != window {
            account.window = window
            account.used = 0
            account.refused = 0
        }
        guard account.used + weight > rule.limit else {
            account.used += weight
            return account.used
        }
        account.refused += 1
        guard let patience = rule.patience, account.refused > patience else {
            throw .tooMany(retryAfterSeconds: Self.seconds((window + 1) * rule.windowMilliseconds, now))
        }
        let length = min(rule.firstBanMilliseconds << Int64(min(account.bans, 20)), rule.longestBanMilliseconds)
        account.bans += 1
        account.bannedUntil = now.milliseconds + length
        onBan()
        throw .banned(
            until: MarketTime(milliseconds: account.bannedUntil),
            retryAfterSeconds: Self.seconds(account.bannedUntil, now)
        )
    }

    /// What was used so far in this window.
    func used(by caller: String, now: MarketTime) -> Int {
        guard let account = accounts[caller] else { return 0 }
        return account.window == now.milliseconds / account.windowLength ? account.used : 0
    }

    private mutating func forget(_ now: MarketTime) {
        accounts = accounts.filter { _, account in
            account.window == now.milliseconds / account.windowLength || account.bannedUntil > now.milliseconds
        }
        if accounts.count >= Self.mostAccounts { accounts.removeAll() }
    }

    private static func seconds(_ until: Int64, _ now: MarketTime) -> Int {
        Int(max(1, (until - now.milliseconds + 999) / 1000))
    }
}
