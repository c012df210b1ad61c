/// Reads the fixed parts of a timestamp, strictly, byte by byte.
struct DigitScanner {
    private var rest: Substring.UTF8View

    init(_ text: String.UTF8View.SubSequence) { rest = text }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let next = rest.first, UInt32(next) == character.value else { return false }
        rest.removeFirst()
        return true
    }

    /// One to `limit` digits; exactly `digits` of them when that is given.
    mutating func number(digits: Int? = nil, limit: Int = 9) -> Int? {
        var value = 0
        var count = 0
        while count < (digits ?? limit), let next = rest.first, (48...57).contains(next) {
            value = value * 10 + Int(next - 48)
            count += 1
            rest.removeFirst()
        }
        return count == 0 || (digits.map { $0 != count } ?? false) ? nil : value
    }

    /// Digits after a decimal point, as a whole number of the given number of digits.
    mutating func fraction(digits: Int) -> Int? {
        let before = rest.count
        guard var value = number(limit: digits) else { return nil }
        for _ in (before - rest.count)..<digits { value *= 10 }
        return value
    }

    /// `+00`, `-03:30`, `+05:53:28`: seconds east of Greenwich.
    mutating func zoneOffset() -> Int? {
        let east = skip("+")
        guard east || skip("-"), let hours = number(digits: 2) else { return nil }
        var seconds = hours * 3600
        if skip(":") {
            guard let minutes = number(digits: 2) else { return nil }
            seconds += minutes * 60
            if skip(":") {
                guard let rest = number(digits: 2) else { return nil }
                seconds += rest
            }
        }
        return east ? seconds : -seconds
    }
}
