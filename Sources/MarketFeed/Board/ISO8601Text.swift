package import Markets

extension MarketTime {
    /// The instant in ISO 8601 with milliseconds: `2024-08-08T23:54:15.342Z`.
    package var iso8601: String {
        var bytes: [UInt8] = []
        bytes.appendJSON(instant: self)
        return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
    }
}

extension [UInt8] {
    /// Appends an instant as a JSON string: `"2024-08-08T23:54:15.342Z"`.
    ///
    /// Instants outside the years 0 to 9999, which ISO 8601 has no plain form for, are shown as the nearest one inside.
    mutating func appendJSON(instant: MarketTime) {
        let first: Int64 = -62_167_219_200_000  // 0000-01-01T00:00:00.000Z
        let last: Int64 = 253_402_300_799_999  // 9999-12-31T23:59:59.999Z
        let milliseconds = Swift.min(Swift.max(instant.milliseconds, first), last) - first
        let (days, time) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
        let (year, month, day) = Self.civilDate(daysSinceYearZero: days)
        append(UInt8(ascii: "\""))
        appendDigits(UInt64(year), width: 4)
        append(UInt8(ascii: "-"))
        appendDigits(UInt64(month), width: 2)
        append(UInt8(ascii: "-"))
        appendDigits(UInt64(day), width: 2)
        append(UInt8(ascii: "T"))
        appendDigits(UInt64(time / 3_600_000), width: 2)
        append(UInt8(ascii: ":"))
        appendDigits(UInt64(time / 60_000 % 60), width: 2)
        append(UInt8(ascii: ":"))
        appendDigits(UInt64(time / 1_000 % 60), width: 2)
        append(UInt8(ascii: "."))
        appendDigits(UInt64(time % 1_000), width: 3)
        appendJSON("Z\"")
    }

    /// The Gregorian date of a day counted from 0000-01-01.
    ///
    /// - Source: Howard Hinnant, *chrono-Compatible Low-Level Date Algorithms*, `civil_from_days`. It counts from the
    ///   first of March of a year, so that the leap day is the last of its year.
    private static func civilDate(daysSinceYearZero days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days - 60 + 146_097  // days since 1 March of the year −400, never negative
        let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + (era - 1) * 400 + (month <= 2 ? 1 : 0)
        return (year, month, day)
    }
}
