package import NIOCore

/// The times and sizes by which a venue's connections live; the standard values are Binance spot's.
package struct ConnectionPolicy: Hashable, Sendable {
    /// A message that we send to be kept connected.
    package struct Ping: Hashable, Sendable {
        package var text: String
        package var interval: TimeAmount
        /// Neither an answer nor market data within this time of a ping: a fault.
        package var deadline: TimeAmount

        package init(text: String, interval: TimeAmount, deadline: TimeAmount = .seconds(10)) {
            self.text = text
            self.interval = interval
            self.deadline = deadline
        }
    }

    /// How often connecting may be tried, by all connections of the dialect together.
    package struct Attempts: Hashable, Sendable {
        package var count: Int
        package var window: TimeAmount

        package init(count: Int, per window: TimeAmount) {
            self.count = count
            self.window = window
        }
    }

    /// For name lookup, TCP, TLS and upgrade together.
    package var connectDeadline: TimeAmount = .seconds(15)
    /// For the venue's reply to a subscription.
    package var acknowledgementDeadline: TimeAmount = .seconds(10)
    /// Subscribed, and no market data for this long: a fault, whatever the socket says.
    package var silenceDeadline: TimeAmount = .seconds(30)
    /// The same for the streams of one group alone, which a wrong address or a lost subscription silences.
    ///
    /// Meant for streams of ten markets or more; those of fewer are given as much more time as they are fewer. Groups
    /// that are not named may be silent for ever.
    package var groupSilence: [StreamGroup: TimeAmount] = [
        .tickers: .seconds(60), .quotes: .seconds(60), .trades: .seconds(120), .candles: .seconds(180),
        .books: .seconds(60),
    ]
    /// What keeps the venue from closing on us; nil where the venue pings us, which every WebSocket answers.
    package var ping: Ping?
    /// We leave before the venue ends the connection, which Binance does after 24 h.
    package var lifetime: TimeAmount = .hours(23)
    /// Up to this much earlier, by chance, so that connections made together do not all leave together.
    package var lifetimeJitter: TimeAmount = .minutes(30)
    /// A closing notice is followed within this time, by chance.
    package var shutdownJitter: TimeAmount = .seconds(5)
    /// The first wait after a failure; each further failure doubles it up to the cap, and chance takes up to half off.
    package var backoffBase: TimeAmount = .milliseconds(500)
    package var backoffCap: TimeAmount = .seconds(30)
    /// Connected this long with data, failures are forgotten.
    package var steadyAfter: TimeAmount = .seconds(60)
    /// Half of Binance's 300 per 5 minutes and address.
    package var attempts = Attempts(count: 150, per: .minutes(5))
    /// Between two requests of ours.
    ///
    /// The venue takes 5 messages a second and counts our pongs (one in 20 s) among them.
    package var requestInterval: TimeAmount = .milliseconds(250)
    /// Requests in any hour of a connection; pings are not counted.
    package var requestsPerHour = 10_000
    /// Requests that may be unanswered at a time.
    package var requestsInFlight = 1
    package var streamsPerRequest = 100
    /// Half of Binance's 1,024.
    package var streamsPerConnection = 512
    /// The names of a connection's streams together, with the quotes and the comma around each.
    package var charactersPerConnection = 1 << 20

    package init() {}

    /// Takes silence for no fault: a recording ends.
    package mutating func allowSilence() {
        silenceDeadline = .hours(24)
        groupSilence = [:]
    }
}
