import Foundation
import StrictJSON
import Testing

@Suite("Strict JSON")
struct JSONParserTests {
    private func parse(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    @Test("Good texts mean what they say")
    func good() throws {
        let value = try parse(
            #" {"a": [1, -0.5e+10, true, false, null], "b": {"c": "x\n\u00e9\ud83d\ude00\/"}, "é": ""} "#
        )
        #expect(value["a"]?.items == [.number("1"), .number("-0.5e+10"), .boolean(true), .boolean(false), .null])
        #expect(value["b"]?["c"]?.text == "x\né😀/")
        #expect(value["é"]?.text == "")
        #expect(try parse("\"\"") == .string(""))
    }

    @Test(
        "Bad texts are refused",
        arguments: [
            "", " ", "{", "}", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "{'a':1}", "01", "1.",
            ".5",
            "+1", "-", "1e", "1e+", "NaN", "Infinity", "tru", "nulll", "\"", "\"\\x\"", "\"\\u12g4\"", "\"\\ud800\"",
            "\"\\udc00\"", "\"\\ud800\\u0041\"", "\"a\nb\"", "\"\u{0}\"", "1 1", "{} {}", "// x", "[1]//", "\u{feff}{}",
            "0x10",
        ]
    )
    func bad(text: String) {
        #expect(throws: JSONParser.Failure.self) { try parse(text) }
    }

    @Test("A name that stands twice is refused, also in another spelling")
    func duplicates() {
        #expect(throws: JSONParser.Failure.duplicateName("a")) { try parse(#"{"a":1,"b":2,"a":3}"#) }
        #expect(throws: JSONParser.Failure.duplicateName("a")) { try parse(#"{"a":1,"\u0061":3}"#) }
        #expect(throws: Never.self) { try parse(#"{"a":{"a":1}}"#) }
    }

    @Test("Bytes that are not UTF-8 are refused")
    func notUTF8() {
        for bytes: [UInt8] in [[0x22, 0xff, 0x22], [0x22, 0xc0, 0x80, 0x22], [0x22, 0xed, 0xa0, 0x80, 0x22]] {
            #expect(throws: JSONParser.Failure.notUTF8) { try JSONParser.parse(bytes) }
        }
    }

    @Test("Depth is bounded at 32, whatever the size")
    func depth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try parse(nested(32)) }
        for depth in [33, 100_000] {
            #expect(throws: JSONParser.Failure.tooDeep) { try parse(nested(depth)) }
        }
        #expect(throws: JSONParser.Failure.tooDeep) { try parse(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test("What it accepts, Foundation reads the same way")
    func agreesWithFoundation() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<2_000 {
            var bytes = Array(#"{"a":[1,2.5,"x\u0041y",{"b":null}],"c":true}"#.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                    in: 0x20...0x7e,
                    using: &generator
                )
            }
            guard let ours = try? JSONParser.parse(bytes) else { continue }
            let theirs = try JSONSerialization.jsonObject(with: Data(bytes))
            #expect((theirs as? [String: Any])?.count == ours.members?.count)
        }
    }
}
