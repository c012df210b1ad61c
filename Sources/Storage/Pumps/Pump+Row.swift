import Foundation
import Markets
import Postgres
import PumpDetection

extension Pump {
    /// Reads the columns that the store asks for, in their order.
    init(row: PostgresRow) throws(PostgresError) {
        self.init(
            id: try row.decode(at: 0),
            symbol: try row.decode(at: 1),
            venue: try row.decode(at: 2),
            triggers: StoredTrigger.triggers(in: try row.decode(at: 11)),
            score: try row.decode(at: 3),
            volumeRatio: try row.decode(at: 4),
            startedAt: try row.decode(at: 9),
            priceAtStart: Price(try row.decode(at: 7)),
            peakPrice: Price(try row.decode(at: 8)),
            status: try row.decode(at: 5),
            isLate: try row.decode(at: 6),
            endedAt: try row.decode(at: 10)
        )
    }
}

extension Pump.Status: PostgresDecodable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}

/// A trigger as the column holds it; its label is not data.
struct StoredTrigger: Codable {
    var code: String
    var weight: Double

    static func text(of triggers: [PumpTrigger]) -> String {
        let stored = triggers.map { StoredTrigger(code: $0.kind.rawValue, weight: $0.weight) }
        return (try? JSONEncoder().encode(stored)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    /// Kinds that a later program wrote are left out.
    static func triggers(in text: String) -> [PumpTrigger] {
        let stored = (try? JSONDecoder().decode([StoredTrigger].self, from: Data(text.utf8))) ?? []
        return stored.compactMap { one in
            PumpTrigger.Kind(rawValue: one.code).map { PumpTrigger(kind: $0, weight: one.weight) }
        }
    }
}
