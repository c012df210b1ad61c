/// Where a venue's adapter delivers what it heard.
///
/// Each closure is called on the connection's event loop and must not block. The events of one `receive` come from one
/// venue message or one REST answer, in the venue's order.
package struct MarketSink: Sendable {
    package var receive: @Sendable (_ events: [MarketEvent]) -> Void
    package var instruments: @Sendable (_ venue: Venue, _ instruments: [Instrument]) -> Void
    package var status: @Sendable (_ venue: Venue, _ status: VenueStatus) -> Void

    package init(
        receive: @escaping @Sendable (_ events: [MarketEvent]) -> Void,
        instruments: @escaping @Sendable (_ venue: Venue, _ instruments: [Instrument]) -> Void,
        status: @escaping @Sendable (_ venue: Venue, _ status: VenueStatus) -> Void
    ) {
        self.receive = receive
        self.instruments = instruments
        self.status = status
    }
}
