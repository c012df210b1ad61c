package import Markets

/// How one family of a venue's sockets speaks: its address, its streams, its requests and its messages.
///
/// One instance serves every connection of the family and is touched on the feed's event loop only.
package protocol VenueDialect: AnyObject {
    /// For logs: `spot`, `linear`, `public`.
    var name: String { get }
    var url: String { get }
    /// The longest message that the venue sends; a longer one ends the connection.
    var maximumFrameBytes: Int { get }
    /// Keep-alive, limits and lifetimes of a connection.
    var policy: ConnectionPolicy { get }
    /// How its books are put together; nil when it carries none.
    var bookRule: BookRule? { get }
    /// Messages and rows refused so far, by reason.
    var refusals: RefusalCounts { get }

    /// Takes over the venue's listing, instruments of other families among them, before any message and again later.
    ///
    /// A market keeps its ``Market/index`` for the life of the dialect.
    func learn(_ instruments: [Instrument])
    /// The market's place in the dialect's table; nil for one of another family.
    func market(of instrument: Instrument) -> Market?

    /// What is subscribed whichever markets are followed.
    var sharedStreams: [VenueStream] { get }
    /// What a followed market takes, its book only when wanted; empty for a market of another family.
    func streams(of instrument: Instrument, withBook: Bool) -> [VenueStream]
    /// The text of a request for these ``VenueStream/name``s.
    func subscription(id: Int64, streams: [String]) -> String
    func unsubscription(id: Int64, streams: [String]) -> String

    /// Decodes one message and appends its events, in the venue's order.
    ///
    /// - Returns: what the message was; rows of an array that were refused are counted and left out.
    /// - Throws: why the message was not taken; it is counted already.
    func decode(
        _ message: UnsafeRawBufferPointer,
        receivedTime: MarketTime,
        into events: inout [MarketEvent]
    ) throws(FrameRefusal) -> VenueMessage
}
