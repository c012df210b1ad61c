package import Foundation

/// Instants as `timestamptz`, to the microsecond, in UTC: the form our sessions ask for (`DateStyle` ISO).
extension Date: PostgresEncodable, PostgresDecodable {
    package var postgresValue: PostgresValue {
        let seconds = timeIntervalSince1970
        guard !seconds.isNaN else { return .unencodable("the instant is not a number") }
        // 4713 BC to 294276 AD is what the server holds; it calls everything beyond infinity.
        guard seconds > -210_866_760_000 else { return .text("-infinity") }
        guard seconds < 9_224_318_016_000 else { return .text("infinity") }
        return .text(PostgresTimestamp(microseconds: Int64((seconds * 1_000_000).rounded())).text)
    }

    package init?(postgresText: String) {
        switch postgresText {
        case "infinity": self = .distantFuture
        case "-infinity": self = .distantPast
        default:
            guard let timestamp = PostgresTimestamp(text: postgresText) else { return nil }
            self.init(timeIntervalSince1970: Double(timestamp.microseconds) / 1_000_000)
        }
    }
}

/// Microseconds since the epoch, and their text `2024-01-31 23:59:59.123456+00` with ` BC` for years before 1.
struct PostgresTimestamp: Equatable {
    var microseconds: Int64

    init(microseconds: Int64) { self.microseconds = microseconds }

    private static let perDay: Int64 = 86_400_000_000

    var text: String {
        let day = Int((Double(microseconds) / Double(Self.perDay)).rounded(.down))
        var days = day
        // The division above may be off by one near midnight; the remainder says so exactly.
        var rest = microseconds - Int64(days) * Self.perDay
        while rest < 0 {
            days -= 1
            rest += Self.perDay
        }
        while rest >= Self.perDay {
            days += 1
            rest -= Self.perDay
        }
        let date = CivilDate(daysSinceEpoch: days)
        let seconds = Int(rest / 1_000_000)
        let year = date.year > 0 ? date.year : 1 - date.year
        return padded(year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2)
            + " " + padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2)
            + "." + padded(Int(rest % 1_000_000), 6) + "+00" + (date.year > 0 ? "" : " BC")
    }

    /// Reads the server's ISO output, a zone offset of hours, minutes and seconds included, or a `date` alone.
    init?(text: String) {
        var scanner = DigitScanner(text.utf8[...])
        guard let year = scanner.number(), scanner.skip("-"), let month = scanner.number(digits: 2),
            scanner.skip("-"), let day = scanner.number(digits: 2),
            (1...12).contains(month), (1...31).contains(day), year < 300_000
        else { return nil }
        var seconds: Int64 = 0
        var fraction: Int64 = 0
        if scanner.skip(" ") {
            guard let hour = scanner.number(digits: 2), scanner.skip(":"), let minute = scanner.number(digits: 2),
                scanner.skip(":"), let second = scanner.number(digits: 2), hour <= 24, minute < 60, second <= 60
            else { return nil }
            seconds = Int64(hour * 3600 + minute * 60 + second)
            if scanner.skip(".") {
                guard let micros = scanner.fraction(digits: 6) else { return nil }
                fraction = Int64(micros)
            }
            guard let offset = scanner.zoneOffset() else { return nil }
            seconds -= Int64(offset)
        }
        let beforeChrist = scanner.skip(" ") && scanner.skip("B") && scanner.skip("C")
        guard scanner.isAtEnd else { return nil }
        let days = CivilDate(year: beforeChrist ? 1 - year : year, month: month, day: day).daysSinceEpoch
        microseconds = (Int64(days) * 86_400 + seconds) * 1_000_000 + fraction
    }
}

private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
}
