import Markets
import Testing

@Suite("Decimals out of binary numbers")
struct FixedPointShortestTests {
    @Test(
        "A figure comes out as it was written, wherever its point is",
        arguments: [
            "0", "1", "-1", "84055", "0.0801", "-0.0005", "2606920596.04", "0.000000001234", "0.000000000123456789",
            "123456789012.345", "9007199254740992", "0.1", "-47.2", "75480", "0.000000000000000001",
            "999999999999999", "0.999999999999999", "0.000987654321098765",
        ]
    )
    func exact(text: String) throws {
        let value = try #require(Double(text))
        #expect(FixedPoint(shortest: value)?.description == text)
    }

    @Test("Any 15 digits at any exponent are exact")
    func property() throws {
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let digits = Int64.random(in: 1...999_999_999_999_999, using: &random)
            let places = Int.random(in: 0...18, using: &random)
            let unit = try #require(FixedPoint(units: FixedPoint.one))
            let scale = (0..<places).reduce(Int128(1)) { power, _ in power * 10 }
            let exact = try #require(FixedPoint(units: Int128(digits) * (unit.units / scale)))
            let value = try #require(Double("\(digits)e-\(places)"))
            #expect(FixedPoint(shortest: value) == exact, "\(digits)e-\(places)")
        }
    }

    @Test(
        "Digits past the fifteenth are noise",
        arguments: [(0.1 + 0.2, "0.3"), (12345678901234.567, "12345678901234.6"), (1e19, "10000000000000000000")]
    )
    func noise(value: Double, text: String) {
        #expect(FixedPoint(shortest: value)?.description == text)
    }

    @Test(
        "What no decimal of ours holds is none",
        arguments: [Double.nan, .infinity, -.infinity, 1e-19, 2e-300, 1.5e-18, 1e20, 1.7e308]
    )
    func none(value: Double) {
        #expect(FixedPoint(shortest: value) == nil)
    }
}
