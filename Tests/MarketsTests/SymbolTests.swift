import Markets
import Testing

@Suite("Symbols")
struct SymbolTests {
    @Test(
        "A symbol is letters and digits in capitals, with -PERP for a perpetual",
        arguments: ["BTCUSDT", "1000PEPEUSDT", "BTCUSDT-PERP", "T3USDT", "币安人生USDT", "A1", "ÄÖUSDT"]
    )
    func accepted(text: String) {
        #expect(Symbol(text)?.text == text)
        #expect(Symbol(text)?.isPerpetual == text.hasSuffix("-PERP"))
    }

    @Test(
        "Anything else is refused",
        arguments: [
            "", "A", "-PERP", "A-PERP", "btcusdt", "BTC-USDT", "BTC_USDT", "BTC/USDT", "BTC USDT", "BTCUSDT\n",
            "BTCUSDT-PERP-PERP", "BTCUSDT-perp", "BTC\u{0}USDT", "BTC\"USDT", "BTC'USDT", "BTC%55", "../BTC",
            "BTC\u{202E}USDT", "BTC\u{200D}USDT", "🚀USDT", "BTC\u{FEFF}", String(repeating: "A", count: 41),
        ]
    )
    func refused(text: String) {
        #expect(Symbol(text) == nil)
    }

    @Test("Forty bytes of UTF-8 are the longest")
    func longest() {
        #expect(Symbol(String(repeating: "A", count: 40)) != nil)
        #expect(Symbol(String(repeating: "币", count: 13)) != nil)
        #expect(Symbol(String(repeating: "币", count: 14)) == nil)
    }
}
