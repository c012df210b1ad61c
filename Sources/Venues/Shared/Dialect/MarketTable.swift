package import Markets

/// Finds a ``Market`` by the bytes of the venue's name, without making a string.
///
/// An open-addressing table over one block of names, filled from the venue's listing. A market keeps its place: a later
/// listing adds to the table and never takes away. Past ``capacity`` names nothing more is added.
package struct MarketTable: Sendable {
    /// Binance lists about 3,500 spot markets, delisted ones included.
    package static let capacity = 16_384

    private struct Entry {
        let hash: UInt64
        let start: Int
        let count: Int
        var market: Market
    }

    private var entries: [Entry] = []
    private var names: [UInt8] = []
    /// Positions in `entries` plus one, 0 where free; at least half are, so that every probe ends.
    private var slots = [Int32](repeating: 0, count: capacity * 2)

    /// A table of these markets.
    package init(_ instruments: [Instrument] = []) {
        learn(instruments)
    }

    package var count: Int { entries.count }

    /// The market with that ``Market/index``, below ``count``.
    package subscript(index: Int) -> Market { entries[index].market }

    /// Adds the markets that are new by name, and takes over the figures of those that are not.
    package mutating func learn(_ instruments: [Instrument]) {
        for instrument in instruments {
            var name = instrument.venueSymbol
            name.withUTF8 { learn($0, instrument) }
        }
    }

    private mutating func learn(_ name: UnsafeBufferPointer<UInt8>, _ instrument: Instrument) {
        let hash = Self.hash(name)
        let slot = slot(of: name, hash)
        if slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            entries[index].market = Market(index: index, instrument)
        } else if entries.count < Self.capacity {
            let market = Market(index: entries.count, instrument)
            entries.append(Entry(hash: hash, start: names.count, count: name.count, market: market))
            names.append(contentsOf: name)
            slots[slot] = Int32(entries.count)
        }
    }

    /// The market that the venue calls so; nil when the listing had none.
    package func market(_ name: UnsafeBufferPointer<UInt8>) -> Market? {
        let place = slots[slot(of: name, Self.hash(name))]
        return place == 0 ? nil : entries[Int(place) - 1].market
    }

    /// The same, for the rare case that the name is a string.
    package func market(_ name: String) -> Market? {
        var name = name
        return name.withUTF8 { market($0) }
    }

    /// Where the name is, or would go.
    private func slot(of name: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if entries[index].hash == hash, holds(name, at: index) { break }
            slot = (slot + 1) & (slots.count - 1)
        }
        return slot
    }

    private func holds(_ name: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
        let start = entries[index].start
        guard entries[index].count == name.count else { return false }
        for offset in 0..<name.count where names[start + offset] != name[offset] { return false }
        return true
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // The low bits pick the slot; fold the better-mixed high ones into them.
        return hash ^ (hash >> 32)
    }
}
