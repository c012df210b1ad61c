import NIOCore
import TestKit
import Testing
import WebSockets

@Suite("UTF-8 across fragments")
struct UTF8ValidatorTests {
    static let texts: [[UInt8]] = [
        [], Array("plain ASCII, longer than eight bytes".utf8), Array("κόσμε".utf8), Array("€ 𝄞 \u{10FFFF}".utf8),
        [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
        [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], [0xEF, 0xBB, 0xBF],
        // A lone continuation, overlong forms, surrogates, past U+10FFFF, cut off, bytes that never occur.
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
        [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC2], [0xE2, 0x82], [0xF0, 0x9D, 0x84], [0xC2, 0x41],
        [0xE2, 0x41, 0x80], Array("eight by".utf8) + [0xFF], Array("seven b".utf8) + [0xC3, 0xA9, 0xC3],
    ]

    @Test("It agrees with the standard library, wherever the text is cut", arguments: texts)
    func agrees(bytes: [UInt8]) {
        let expected = String(validating: bytes, as: UTF8.self) != nil
        for cut in 0...bytes.count {
            var validator = UTF8Validator()
            let first = validator.consume(ByteBuffer(bytes: bytes[..<cut]))
            let valid = first && validator.consume(ByteBuffer(bytes: bytes[cut...])) && validator.isComplete
            #expect(valid == expected)
        }
    }

    @Test("It agrees on 50,000 random strings of bytes near the edges")
    func random() {
        var generator = SeededGenerator(seed: 7)
        let interesting: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
            0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        for _ in 0..<50_000 {
            let bytes = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                interesting[Int.random(in: 0..<interesting.count, using: &generator)]
            }
            var validator = UTF8Validator()
            let valid = validator.consume(ByteBuffer(bytes: bytes)) && validator.isComplete
            #expect(valid == (String(validating: bytes, as: UTF8.self) != nil), "\(bytes)")
        }
    }
}
