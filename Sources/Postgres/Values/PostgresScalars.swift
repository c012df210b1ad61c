package import Foundation

extension String: PostgresEncodable, PostgresDecodable {
    package var postgresValue: PostgresValue { .text(self) }
    package init?(postgresText: String) { self = postgresText }
}

extension Bool: PostgresEncodable, PostgresDecodable {
    package var postgresValue: PostgresValue { .text(self ? "t" : "f") }

    package init?(postgresText: String) {
        switch postgresText {
        case "t": self = true
        case "f": self = false
        default: return nil
        }
    }
}

extension PostgresEncodable where Self: FixedWidthInteger {
    package var postgresValue: PostgresValue { .text(String(self)) }
}

extension PostgresDecodable where Self: FixedWidthInteger {
    /// Refuses what does not fit, as well as what is no whole number.
    package init?(postgresText: String) { self.init(postgresText, radix: 10) }
}

extension Int: PostgresEncodable, PostgresDecodable {}
extension Int64: PostgresEncodable, PostgresDecodable {}
extension Int32: PostgresEncodable, PostgresDecodable {}
extension Int16: PostgresEncodable, PostgresDecodable {}

extension Double: PostgresEncodable, PostgresDecodable {
    /// The shortest digits that read back as the same number; `inf` and `nan` are names PostgreSQL knows too.
    package var postgresValue: PostgresValue { .text(description) }
    package init?(postgresText: String) { self.init(postgresText) }
}

extension Float: PostgresEncodable, PostgresDecodable {
    package var postgresValue: PostgresValue { .text(description) }
    package init?(postgresText: String) { self.init(postgresText) }
}

extension UUID: PostgresEncodable, PostgresDecodable {
    package var postgresValue: PostgresValue { .text(uuidString) }
    package init?(postgresText: String) { self.init(uuidString: postgresText) }
}
