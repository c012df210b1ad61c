package import NIOCore

/// The times and sizes by which a venue's connections live; the standard values are Binance spot's.
package struct ConnectionPolicy: Hashable, Sendable {
    /// For name lookup, TCP, TLS and upgrade together.
    package var connectDeadline: TimeAmount = .seconds(15)
    /// For the venue's reply to a subscription.
    package var acknowledgementDeadline: TimeAmount = .seconds(10)
    /// Subscribed, and no market data for this long: a fault, whatever the socket says.
    package var silenceDeadline: TimeAmount = .seconds(30)
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
    /// Between two requests of ours.
    ///
    /// The venue takes 5 messages a second and counts our pongs (one in 20 s) among them.
    package var requestInterval: TimeAmount = .milliseconds(250)
    package var streamsPerRequest = 100
    package var streamsPerConnection = 1024

    package init() {}
}

/// Why a connection ended or was not made.
package enum ConnectionFault: Hashable, Sendable {
    /// Refused, no such name, TLS, or an answer other than 101.
    case connectFailed
    case connectTimedOut
    /// The venue, or the way to it, ended the connection.
    case closed
    /// No reply to a subscription.
    case acknowledgementLate
    /// Every stream was refused.
    case subscriptionRefused
    /// Subscribed but silent.
    case silent
    /// We left before the venue's time limit, or because it said that it closes.
    case planned
}
