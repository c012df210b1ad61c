package import Markets

/// Counts what each address asked for within a minute, refuses beyond the limit, and bans those who do not listen.
///
/// Binance: 6,000 per minute and address, then 429 with `Retry-After`; who goes on asking gets 418 and a ban that grows
/// from two minutes. An address is banned after ``patience`` requests into a 429.
package struct RequestWeights: Sendable {
    package static let limit = 6000
    package static let patience = 10
    /// Addresses remembered; beyond it those whose minute is over are forgotten.
    private static let mostAddresses = 1024
    private static let firstBanMilliseconds: Int64 = 120_000
    private static let longestBanMilliseconds: Int64 = 3 * 86_400_000

    private struct Account {
        var minute: Int64
        var used = 0
        var refused = 0
        var bans = 0
        var bannedUntil: Int64 = 0
    }

    private var accounts: [String: Account] = [:]
    /// How many addresses are remembered.
    package var addresses: Int { accounts.count }

    package init() {}

    /// Charges a request.
    ///
    /// - Parameters:
    ///   - weight: what the endpoint costs.
    ///   - address: the caller.
    ///   - now: wall-clock time, whatever the time of the served market.
    /// - Returns: the weight used in this minute, for `X-MBX-USED-WEIGHT-1M`.
    /// - Throws: 429 or 418.
    package mutating func charge(_ weight: Int, to address: String, now: MarketTime) throws(BinanceError) -> Int {
        let minute = now.milliseconds / 60_000
        if accounts.count >= Self.mostAddresses { forget(now) }
        var account = accounts[address] ?? Account(minute: minute)
        defer { accounts[address] = account }
        if account.bannedUntil > now.milliseconds {
            throw .banned(until: account.bannedUntil, retryAfterSeconds: Self.seconds(account.bannedUntil, now))
        }
        if account.minute != minute {
            account.minute = minute
            account.used = 0
            account.refused = 0
        }
        guard account.used + weight > Self.limit else {
            account.used += weight
            return account.used
        }
        account.refused += 1
        if account.refused > Self.patience {
            let length = min(Self.firstBanMilliseconds << Int64(min(account.bans, 20)), Self.longestBanMilliseconds)
            account.bans += 1
            account.bannedUntil = now.milliseconds + length
            throw .banned(until: account.bannedUntil, retryAfterSeconds: Self.seconds(account.bannedUntil, now))
        }
        throw .tooMuchWeight(retryAfterSeconds: Self.seconds((minute + 1) * 60_000, now))
    }

    /// The weight used so far in this minute.
    func used(by address: String, now: MarketTime) -> Int {
        guard let account = accounts[address], account.minute == now.milliseconds / 60_000 else { return 0 }
        return account.used
    }

    private mutating func forget(_ now: MarketTime) {
        let minute = now.milliseconds / 60_000
        accounts = accounts.filter { $0.value.minute == minute || $0.value.bannedUntil > now.milliseconds }
        if accounts.count >= Self.mostAddresses { accounts.removeAll() }
    }

    private static func seconds(_ until: Int64, _ now: MarketTime) -> Int {
        Int(max(1, (until - now.milliseconds + 999) / 1000))
    }
}
