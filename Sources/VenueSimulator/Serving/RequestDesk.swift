import Markets
import Synchronization

/// A REST request as a dialect sees it.
struct RESTRequest: Sendable {
    /// Empty for any method but GET, which no market data needs.
    var path: String
    /// Percent-decoded, in the order sent.
    var query: [(key: Substring, value: Substring)]
    /// The caller.
    var address: String
    /// Wall-clock time, whatever the time of the served market.
    var now: MarketTime

    /// The first value of a parameter; nil when it was not sent or is empty.
    subscript(_ name: String) -> String? {
        query.first { $0.key == name && !$0.value.isEmpty }.map { String($0.value) }
    }

    /// A whole number of at most 15 digits, which is far beyond every time and far from overflow.
    func integer(_ name: String) -> Int64? {
        guard let text = self[name], text.utf8.count <= 15 else { return nil }
        return Int64(text)
    }

    func time(_ name: String, unitMilliseconds: Int64 = 1) -> MarketTime? {
        integer(name).map { MarketTime(milliseconds: max(0, min($0, 1 << 50) * unitMilliseconds)) }
    }

    /// 1…`most`.
    func limit(_ name: String = "limit", standard: Int, most: Int) -> Int {
        integer(name).map { Int(max(1, min($0, Int64(most)))) } ?? standard
    }
}

/// What is answered.
struct RESTAnswer: Sendable {
    var status = 200
    var body: [UInt8]
    var headers: [(name: String, value: String)] = []

    init(status: Int = 200, _ json: JSONText, headers: [(name: String, value: String)] = []) {
        self.status = status
        body = json.bytes
        self.headers = headers
    }
}

/// Answers a venue's REST requests.
protocol RequestDesk: Sendable {
    func answer(_ request: RESTRequest) -> RESTAnswer
}

/// Counts requests for a desk and the tests.
final class RateGate: Sendable {
    private let limiter = Mutex(RateLimiter())
    private let tally: Tally

    init(tally: Tally) {
        self.tally = tally
    }

    /// - Throws: what the rule does to one who asks too often.
    func charge(_ weight: Int, to caller: String, _ rule: RateRule, now: MarketTime) throws(RateRefusal) -> Int {
        do throws(RateRefusal) {
            return try limiter.withLock { limiter throws(RateRefusal) in
                try limiter.charge(weight, to: caller, rule, now: now) { tally.count(\.bansIssued) }
            }
        } catch {
            tally.count(\.requestsRefused)
            throw error
        }
    }

    func used(by caller: String, now: MarketTime) -> Int { limiter.withLock { $0.used(by: caller, now: now) } }
}
