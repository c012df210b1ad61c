package import Markets

/// One thing that happened on the served venue.
package struct VenueEvent: Hashable, Sendable {
    package enum Payload: Hashable, Sendable {
        case trade(Print)
        /// Best bid and ask after the trade before it.
        case quote(TopOfBook)
        /// An interval has ended, also one in which nobody traded.
        case candleClosed(CandleInterval, Bar)
        case liquidation(ForcedClose)
        /// A stream's frame to pass on as it was recorded.
        case recorded(RecordedFrame)
    }

    /// Position in the market's listings.
    package var listing: Int
    package var time: MarketTime
    package var payload: Payload
}

/// A frame of a recorded stream, byte for byte.
package struct RecordedFrame: Hashable, Sendable {
    /// The stream's name, `btcusdt@trade`.
    package var stream: String
    /// Whether it is a stream of the venue's futures sockets.
    package var isPerpetual = false
    /// What a connection to that one stream received.
    package var data: [UInt8]
    /// What a combined connection received: `{"stream":…,"data":…}`.
    package var combined: [UInt8]

    /// Tells apart the streams that two of the venue's sockets have under one name.
    var key: String { Topic(recorded: stream, isPerpetual: isPerpetual).key }
}
