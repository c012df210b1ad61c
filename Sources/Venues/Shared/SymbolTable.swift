package import Markets

/// Finds the ``Symbol`` of a venue's name by its bytes, without making a string for a name seen before.
///
/// An open-addressing table over one block of names. It stops growing at ``capacity`` names; names past that are
/// checked and made each time, so a venue that invents names costs time and not memory.
package struct SymbolTable {
    /// Binance lists about 1,700 markets, delisted ones included.
    package static let capacity = 8192

    private struct Entry {
        let hash: UInt64
        let start: Int
        let count: Int
        let symbol: Symbol
    }

    private var entries: [Entry] = []
    private var names: [UInt8] = []
    /// Positions in `entries` plus one, 0 where free.
    ///
    /// Twice the capacity, so at least half stay free and every probe ends.
    private var slots = [Int32](repeating: 0, count: capacity * 2)

    package init() {}

    package var count: Int { entries.count }

    /// The symbol spelled by the bytes, which are UTF-8; nil when it is none.
    package mutating func symbol(_ name: UnsafeBufferPointer<UInt8>) -> Symbol? {
        guard name.count <= Symbol.maximumLength else { return nil }
        let hash = Self.hash(name)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) - 1]
            if entry.hash == hash, holds(name, at: entry) { return entry.symbol }
            slot = (slot + 1) & (slots.count - 1)
        }
        guard let symbol = Symbol(String(decoding: name, as: UTF8.self)) else { return nil }
        if entries.count < Self.capacity {
            entries.append(Entry(hash: hash, start: names.count, count: name.count, symbol: symbol))
            names.append(contentsOf: name)
            slots[slot] = Int32(entries.count)
        }
        return symbol
    }

    private func holds(_ name: UnsafeBufferPointer<UInt8>, at entry: Entry) -> Bool {
        guard entry.count == name.count else { return false }
        return names.withUnsafeBufferPointer { all in
            for index in 0..<name.count where all[entry.start + index] != name[index] { return false }
            return true
        }
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ name: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in name { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // The low bits pick the slot; fold the better-mixed high ones into them.
        return hash ^ (hash >> 32)
    }
}
