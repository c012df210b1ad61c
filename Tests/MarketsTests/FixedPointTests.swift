import Foundation
import Markets
import TestKit
import Testing

@Suite("Fixed-point decimals")
struct FixedPointTests {
    @Test(
        "Plain decimal text comes back in its shortest form",
        arguments: [
            ("0", "0"), ("-0", "0"), ("0.000", "0"), ("1", "1"), ("007", "7"), ("67123.45", "67123.45"),
            ("61837.63000000", "61837.63"), ("-3", "-3"), ("-0.5", "-0.5"), ("0.000000000001", "0.000000000001"),
            ("0.000000000000000001", "0.000000000000000001"), ("10.000000000000000000000", "10"),
            ("99999999999999999999.999999999999999999", "99999999999999999999.999999999999999999"),
            ("-99999999999999999999.999999999999999999", "-99999999999999999999.999999999999999999"),
            ("10000000000000000000", "10000000000000000000"), ("9999999999999999999.5", "9999999999999999999.5"),
        ]
    )
    func readAndWritten(text: String, expected: String) {
        #expect(FixedPoint(text)?.description == expected)
    }

    @Test(
        "Whatever is not a plain decimal, or does not fit NUMERIC(38,18), is refused",
        arguments: [
            "", "-", ".", "1.", ".5", "+1", "1e3", "1E-2", " 1", "1 ", "1,5", "0x10", "1.2.3", "--1", "1-", "NaN",
            "inf",
            "١", "1٫5", "0.0000000000000000001", "100000000000000000000", "-100000000000000000000",
            "999999999999999999999999999999999999999999", String(repeating: "0", count: 65), "1\u{0}", "½",
        ]
    )
    func refused(text: String) {
        #expect(FixedPoint(text) == nil)
    }

    @Test("A substring, bridged or not, reads as its text does")
    func substrings() {
        let text = "price=67123.45;"
        #expect(FixedPoint(text.dropFirst(6).dropLast())?.description == "67123.45")
    }

    @Test("What is written reads back as the same value, with every number of digits", arguments: 1...38)
    func roundTrip(digits: Int) throws {
        var random = SeededGenerator(seed: UInt64(digits))
        for _ in 0..<500 {
            let text = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
            let units = try #require(Int128(text))
            let value = try #require(FixedPoint(units: Bool.random(using: &random) ? units : -units))
            #expect(FixedPoint(value.description) == value)
            let expected = Digits(text).decimal(places: 18)
            #expect(value.description == (value.isNegative ? "-" + expected : expected))
        }
    }

    @Test("A number reads the same in short and with zeros behind it", arguments: 1...18)
    func readsShortAndLong(digits: Int) {
        var random = SeededGenerator(seed: UInt64(digits))
        for places in 0..<digits {
            for _ in 0..<50 {
                let figures = (0..<digits).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
                let sign = Bool.random(using: &random) ? "-" : ""
                let short = sign + figures.dropLast(places) + (places > 0 ? "." + figures.suffix(places) : "")
                let long = (places > 0 ? short : short + ".") + String(repeating: "0", count: 30)
                #expect(FixedPoint(short) != nil)
                #expect(FixedPoint(short) == FixedPoint(long), "\(short)")
            }
        }
    }

    @Test("A byte that is no digit is refused wherever it stands, whatever it is", arguments: 1...20)
    func noDigit(length: Int) {
        var text = [UInt8](repeating: UInt8(ascii: "7"), count: length)
        for place in text.indices {
            for byte in UInt8.min...UInt8.max where !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                let isPoint = byte == UInt8(ascii: ".") && place > 0 && place < length - 1
                let isSign = byte == UInt8(ascii: "-") && place == 0 && length > 1
                guard !isPoint, !isSign else { continue }
                text[place] = byte
                #expect(text.withUnsafeBufferPointer { FixedPoint(utf8: $0) } == nil, "\(byte) at \(place)")
                text[place] = UInt8(ascii: "7")
            }
        }
    }

    @Test("A product equals school multiplication, rounded half away from zero, at every size")
    func products() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<4_000 {
            let left = try Self.decimal(digits: 1...38, &random)
            let right = try Self.decimal(digits: 1...38, &random)
            let exact = (Digits("\(left.units.magnitude)") * Digits("\(right.units.magnitude)")).roundedAway(places: 18)
            let product = left.multiplied(by: right)
            if Digits("\(FixedPoint.limit)") < exact {
                #expect(product == nil, "\(left) × \(right)")
            } else {
                let sign = left.isNegative != right.isNegative && !exact.digits.isEmpty ? "-" : ""
                #expect(product?.description == sign + exact.decimal(places: 18), "\(left) × \(right)")
            }
        }
    }

    @Test("A quotient times its divisor is within half a unit of the dividend, at every size")
    func quotients() throws {
        var random = SeededGenerator(seed: 2)
        var answered = 0
        for _ in 0..<4_000 {
            let dividend = try Self.decimal(digits: 1...38, &random)
            let divisor = try Self.decimal(digits: 1...38, &random)
            // 2 × |dividend × 10¹⁸ − quotient × divisor| ≤ |divisor|, in whole units
            let scaled = Digits("\(dividend.units.magnitude)") * Digits("1000000000000000000")
            let half = Digits("\(divisor.units.magnitude)")
            let two = Digits("2")
            guard let quotient = dividend.divided(by: divisor) else {
                let largest = Digits("\(FixedPoint.limit)") * half
                #expect(divisor.isZero || largest < scaled, "\(dividend) ÷ \(divisor)")
                continue
            }
            answered += 1
            let back = Digits("\(quotient.units.magnitude)") * half
            #expect(!(two * back + half < two * scaled), "\(dividend) ÷ \(divisor)")
            #expect(!(two * scaled + half < two * back), "\(dividend) ÷ \(divisor)")
            #expect(quotient.isZero || quotient.isNegative == (dividend.isNegative != divisor.isNegative))
        }
        #expect(answered > 1_000)
    }

    @Test(
        "Halves are rounded away from zero",
        arguments: [
            ("0.000000000000000001", "0.5", "0.000000000000000001"),
            ("-0.000000000000000001", "0.5", "-0.000000000000000001"),
            ("0.000000000000000001", "0.49", "0"), ("0.000000000000000003", "0.5", "0.000000000000000002"),
        ]
    )
    func halves(left: String, right: String, expected: String) throws {
        let product = try #require(FixedPoint(left)).multiplied(by: try #require(FixedPoint(right)))
        #expect(product?.description == expected)
    }

    @Test("Sums and differences are exact, and refused outside the range")
    func sums() throws {
        let largest = try #require(FixedPoint(units: FixedPoint.limit))
        let smallest = try #require(FixedPoint(units: -FixedPoint.limit))
        let unit = try #require(FixedPoint(units: 1))
        #expect(largest.adding(unit) == nil)
        #expect(largest.adding(largest) == nil)
        #expect(smallest.subtracting(unit) == nil)
        #expect(smallest.subtracting(largest) == nil)
        #expect(largest.adding(smallest) == .zero)
        #expect(largest.subtracting(largest) == .zero)
        #expect(FixedPoint("0.1")?.adding(try #require(FixedPoint("0.2")))?.description == "0.3")
        #expect(FixedPoint(units: FixedPoint.limit + 1) == nil)
        #expect(FixedPoint(units: .min) == nil)
        #expect(FixedPoint(units: .max) == nil)
    }

    @Test("Dividing by zero has no answer")
    func divisionByZero() {
        #expect(FixedPoint("1")?.divided(by: .zero) == nil)
        #expect(FixedPoint.zero.divided(by: .zero) == nil)
    }

    @Test("The number of binary floating point is the one that the standard library rounds the units to")
    func sameDoubles() {
        var random = SeededGenerator(seed: 12)
        for round in 0..<20_000 {
            let bits = Int128(truncatingIfNeeded: UInt128(random.next()) << 64 | UInt128(random.next()))
            // Every length, halves between two neighbours, and both signs.
            let units = (round.isMultiple(of: 5) ? bits & ~0x3ff | 0x400 : bits) >> Int128(round % 127)
            guard let value = FixedPoint(units: units) else { continue }
            #expect(value.double == Double(units) / 1e18, "\(units)")
        }
    }

    @Test("As a binary number it is the nearest one or its neighbour")
    func doubles() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<5_000 {
            let value = try Self.decimal(digits: 1...38, &random)
            let nearest = try #require(Double(value.description))
            #expect(abs(value.double - nearest) <= nearest.ulp, "\(value)")
            #expect(abs(value.nearestDouble - nearest) <= nearest.ulp, "\(value)")
        }
    }

    @Test("Up to 15 digits are the number that their text is read as, to the last bit")
    func nearestDoubles() throws {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<5_000 {
            let value = try Self.decimal(digits: 1...15, &random)
            #expect(value.nearestDouble == Double(value.description), "\(value)")
        }
        for text in ["0", "-0.1", "9007199254740992", "90000000000000000000", "0.000000000000000001", "97.5803"] {
            #expect(FixedPoint(text)?.nearestDouble == Double(text), "\(text)")
        }
    }

    @Test(
        "A binary number becomes the decimal a person would write",
        arguments: [
            (0.1, 18, "0.1"), (67_123.45, 18, "67123.45"), (67_123.456, 2, "67123.46"), (-2.5, 0, "-3"), (2.5, 0, "3"),
            (1e19, 18, "10000000000000000000"), (0.000_012_34, 8, "0.00001234"), (1.0 / 3, 4, "0.3333"),
            (0, 18, "0"), (1e-19, 18, "0"), (123_456_789.123_456, 6, "123456789.123456"),
        ]
    )
    func fromDouble(value: Double, places: Int, expected: String) {
        #expect(FixedPoint(rounding: value, places: places)?.description == expected)
    }

    @Test("Numbers that are not finite or too large have no decimal", arguments: [Double.nan, .infinity, 1e20, -1e20])
    func notFinite(value: Double) {
        #expect(FixedPoint(rounding: value, places: 2) == nil)
    }

    @Test("Its order is that of the numbers")
    func order() throws {
        let sorted = ["-1.5", "-1.4999", "0", "0.000000000000000001", "0.1", "1", "99999999999999999999"]
        let values = try sorted.map { try #require(FixedPoint($0)) }
        #expect(values.shuffled().sorted() == values)
    }

    private static func decimal(digits: ClosedRange<Int>, _ random: inout SeededGenerator) throws -> FixedPoint {
        let count = Int.random(in: digits, using: &random)
        let text = (0..<count).map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
        let units = try #require(Int128(text))
        return try #require(FixedPoint(units: Bool.random(using: &random) ? units : -units))
    }
}
