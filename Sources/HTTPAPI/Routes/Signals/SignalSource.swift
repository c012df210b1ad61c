package import Liquidations
package import Markets
package import Signals

/// Where the routes have signals from.
package struct SignalSource: Sendable {
    package let catalog: SignalCatalog
    package let sides: SideVerdictStore
    package let record: SignalRecord
    package let prover: RecordProver
    package let tiers: MaintenanceTable
    /// A perpetual as its venue lists it; nil where it does not.
    package let instrument: @Sendable (_ symbol: Symbol, _ venue: Venue) -> Instrument?
    package let now: @Sendable () -> MarketTime

    package init(
        catalog: SignalCatalog,
        sides: SideVerdictStore,
        record: SignalRecord,
        tiers: MaintenanceTable,
        instrument: @escaping @Sendable (_ symbol: Symbol, _ venue: Venue) -> Instrument?,
        now: @escaping @Sendable () -> MarketTime
    ) {
        self.catalog = catalog
        self.sides = sides
        self.record = record
        prover = RecordProver(record: record)
        self.tiers = tiers
        self.instrument = instrument
        self.now = now
    }
}
