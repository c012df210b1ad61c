package import Foundation
package import Markets

/// The tiers of all venues at some time, with where they are from.
///
/// A version is never edited once it has shipped: whoever was told a price can compute it again.
package struct MaintenanceTable: Sendable {
    /// Tiers of one perpetual, and who says so.
    package struct Entry: Hashable, Sendable {
        package let tiers: MaintenanceTiers
        package let source: String
        /// Whether the venue's own table is not known, and a stricter one stands in.
        package let isAssumed: Bool
    }

    package let version: String
    private let entries: [Key: Entry]
    private let assumed: Entry
    private let assumedInverse: Entry?

    private struct Key: Hashable {
        let venue: Venue
        let symbol: String
    }

    /// The tiers of a linear USDT perpetual; nil for any other instrument.
    package func entry(of symbol: Symbol, on venue: Venue) -> Entry? {
        guard symbol.isPerpetual, symbol.text.hasSuffix("USDT" + Symbol.perpetualSuffix) else { return nil }
        return entries[Key(venue: venue, symbol: symbol.text)] ?? assumed
    }

    /// The tiers of a perpetual quoted in USDT, or of one in USD, which is inverse: its notionals are in base asset.
    package func terms(of symbol: Symbol, on venue: Venue) -> (contract: ContractKind, entry: Entry)? {
        if let entry = entry(of: symbol, on: venue) { return (.linear, entry) }
        guard symbol.isPerpetual, symbol.text.hasSuffix("USD" + Symbol.perpetualSuffix) else { return nil }
        return assumedInverse.map { (.inverse, $0) }
    }

    /// The versions that ship with the program, the newest last.
    package static let versions = ["2025-06", "2026-11"]

    /// A version that ships with the program, the newest by default.
    ///
    /// - Throws: ``MaintenanceTableError`` where it is none.
    package static func shipped(_ version: String? = nil) throws -> MaintenanceTable {
        let name = version ?? versions.last
        guard let file = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Tiers")
        else { throw MaintenanceTableError.missing }
        return try MaintenanceTable(json: try Data(contentsOf: file))
    }

    private struct File: Decodable {
        struct Table: Decodable {
            var venue: String
            var symbol: String
            var tiers: [[Double]]
            var end: Double
        }
        struct Assumed: Decodable {
            var tiers: [[Double]]
            var end: Double
        }
        var version: String
        var sources: [String: String]
        var tables: [Table]
        var assumed: Assumed
        var assumedInverse: Assumed?
    }

    /// Reads rows of floor, rate and highest leverage.
    package init(json: Data) throws {
        let file = try JSONDecoder().decode(File.self, from: json)
        func tiers(_ rows: [[Double]], _ end: Double) throws -> MaintenanceTiers {
            let read = rows.compactMap { $0.count == 3 ? (floor: $0[0], rate: $0[1], maxLeverage: Int($0[2])) : nil }
            guard read.count == rows.count, let tiers = MaintenanceTiers(read, end: end) else {
                throw MaintenanceTableError.malformed
            }
            return tiers
        }
        func source(_ name: String) throws -> String {
            guard let source = file.sources[name] else { throw MaintenanceTableError.malformed }
            return source
        }
        var entries: [Key: Entry] = [:]
        for table in file.tables {
            guard let venue = Venue(rawValue: table.venue) else { throw MaintenanceTableError.malformed }
            entries[Key(venue: venue, symbol: table.symbol)] = Entry(
                tiers: try tiers(table.tiers, table.end),
                source: try source(table.venue),
                isAssumed: false
            )
        }
        version = file.version
        self.entries = entries
        assumed = Entry(
            tiers: try tiers(file.assumed.tiers, file.assumed.end),
            source: try source("assumed"),
            isAssumed: true
        )
        assumedInverse = try file.assumedInverse.map {
            Entry(tiers: try tiers($0.tiers, $0.end), source: try source("assumedInverse"), isAssumed: true)
        }
    }
}

/// Why a table of tiers is none.
package enum MaintenanceTableError: Error, Hashable, Sendable {
    case missing
    case malformed
}
