import Foundation
package import Markets
package import Postgres

extension FixedPoint: PostgresEncodable, PostgresDecodable {
    package var postgresValue: PostgresValue { .text(description) }
    package init?(postgresText: String) { self.init(postgresText) }
}

extension MarketTime: PostgresEncodable, PostgresDecodable {
    package var postgresValue: PostgresValue {
        Date(timeIntervalSince1970: Double(milliseconds) / 1000).postgresValue
    }

    package init?(postgresText: String) {
        guard let date = Date(postgresText: postgresText) else { return nil }
        self.init(milliseconds: Int64((date.timeIntervalSince1970 * 1000).rounded()))
    }
}

extension Venue: PostgresDecodable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}

extension CandleInterval: PostgresDecodable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}

extension Symbol: PostgresDecodable {
    package init?(postgresText: String) { self.init(postgresText) }
}

extension PositionSide: PostgresDecodable {
    package init?(postgresText: String) { self.init(rawValue: postgresText) }
}
