import NIOCore
import Testing
import WebSockets

@Suite("Protocol violations over a socket", .timeLimit(.minutes(2)))
struct ViolationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let code: UInt16

        var testDescription: String { name }
    }

    static let protocolErrors: [Case] =
        [
            Case(name: "unmasked text", bytes: Wire.plain(0x81, [0x61]), code: 1002),
            Case(name: "unmasked ping", bytes: Wire.plain(0x89), code: 1002),
            Case(name: "unmasked close", bytes: Wire.plain(0x88), code: 1002),
            Case(name: "reserved bit 1", bytes: Wire.masked(0xC1, [0x61]), code: 1002),
            Case(name: "reserved bit 2", bytes: Wire.masked(0xA1, [0x61]), code: 1002),
            Case(name: "reserved bit 3", bytes: Wire.masked(0x91, [0x61]), code: 1002),
            Case(name: "reserved bit on a ping", bytes: Wire.masked(0xC9), code: 1002),
            Case(name: "fragmented ping", bytes: Wire.masked(0x09), code: 1002),
            Case(name: "fragmented pong", bytes: Wire.masked(0x0A), code: 1002),
            Case(name: "fragmented close", bytes: Wire.masked(0x08), code: 1002),
            Case(name: "ping of 126 bytes", bytes: Wire.masked(0x89, .init(repeating: 1, count: 126)), code: 1002),
            Case(name: "close of 126 bytes", bytes: Wire.masked(0x88, .init(repeating: 3, count: 126)), code: 1002),
            Case(name: "continuation of nothing", bytes: Wire.masked(0x80, [0x61]), code: 1002),
            Case(name: "unfinished continuation of nothing", bytes: Wire.masked(0x00, [0x61]), code: 1002),
            Case(
                name: "continuation after a whole message",
                bytes: Wire.text("a") + Wire.masked(0x80, [0x61]),
                code: 1002
            ),
            Case(
                name: "text inside a fragmented text",
                bytes: Wire.masked(0x01, [0x61]) + Wire.text("b"),
                code: 1002
            ),
            Case(
                name: "binary inside a fragmented text",
                bytes: Wire.masked(0x01, [0x61]) + Wire.masked(0x82),
                code: 1002
            ),
            Case(name: "close of one byte", bytes: Wire.masked(0x88, [0x03]), code: 1002),
            Case(
                name: "length of 16 bits that needs 7",
                bytes: [0x81, 0xFE, 0x00, 0x05] + Wire.mask,
                code: 1002
            ),
            Case(
                name: "length of 64 bits that needs 16",
                bytes: [0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0x01, 0x00] + Wire.mask,
                code: 1002
            ),
            Case(
                name: "length with its top bit set",
                bytes: [0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0] + Wire.mask,
                code: 1002
            ),
        ]
        + [0x83, 0x84, 0x85, 0x86, 0x87, 0x8B, 0x8C, 0x8D, 0x8E, 0x8F].map {
            Case(name: "reserved opcode \($0 & 0x0F)", bytes: Wire.masked($0), code: 1002)
        }
        + [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535].map {
            Case(name: "close code \($0)", bytes: Wire.close($0), code: 1002)
        }

    static let notUTF8: [Case] = [
        Case(name: "a byte that never occurs", bytes: Wire.masked(0x81, [0xFF]), code: 1007),
        Case(name: "a surrogate", bytes: Wire.masked(0x81, [0xED, 0xA0, 0x80]), code: 1007),
        Case(name: "an overlong slash", bytes: Wire.masked(0x81, [0xC0, 0xAF]), code: 1007),
        Case(name: "a character cut off at the end", bytes: Wire.masked(0x81, [0x61, 0xE2, 0x82]), code: 1007),
        Case(
            name: "a character cut off at the end of the last fragment",
            bytes: Wire.masked(0x01, [0xE2]) + Wire.masked(0x80, [0x82]),
            code: 1007
        ),
        Case(
            name: "broken in the first of two fragments, before the second comes",
            bytes: Wire.masked(0x01, [0xC0]),
            code: 1007
        ),
        Case(name: "a close reason", bytes: Wire.close(1000, [0xFF]), code: 1007),
    ]

    static let tooLarge: [Case] = [
        Case(
            name: "a frame of 64 KB and one byte",
            bytes: Wire.masked(0x82, .init(repeating: 0, count: 65_537)),
            code: 1009
        ),
        Case(
            name: "a claim of 2⁶² bytes",
            bytes: [0x82, 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0] + Wire.mask,
            code: 1009
        ),
        Case(
            name: "a claim of 1 GB in a continuation",
            bytes: Wire.masked(0x02) + [0x80, 0xFF, 0, 0, 0, 0, 0x40, 0, 0, 0] + Wire.mask,
            code: 1009
        ),
        Case(
            name: "two fragments that are too much together",
            bytes: Wire.masked(0x02, .init(repeating: 0, count: 40_000))
                + Wire.masked(0x80, .init(repeating: 0, count: 40_000)),
            code: 1009
        ),
        Case(
            name: "65 empty fragments",
            bytes: Wire.masked(0x02) + (0..<64).flatMap { _ in Wire.masked(0x00) },
            code: 1009
        ),
        Case(
            name: "empty fragments without end",
            bytes: Wire.masked(0x01) + (0..<20_000).flatMap { _ in Wire.masked(0x00) },
            code: 1009
        ),
    ]

    static let floods: [Case] = [
        Case(name: "31 pings", bytes: (0..<31).flatMap { _ in Wire.masked(0x89, [1]) }, code: 1008),
        Case(name: "31 unasked pongs", bytes: (0..<31).flatMap { _ in Wire.masked(0x8A) }, code: 1008),
        Case(name: "10,000 pings", bytes: (0..<10_000).flatMap { _ in Wire.masked(0x89, [1]) }, code: 1008),
        Case(
            name: "pings inside a message",
            bytes: Wire.masked(0x01, [0x61]) + (0..<31).flatMap { _ in Wire.masked(0x89) },
            code: 1008
        ),
    ]

    @Test(
        "Each ends with the close code it deserves, and a bystander goes on",
        arguments: [
            protocolErrors, notUTF8, tooLarge, floods,
        ].flatMap { $0 }
    )
    func closes(_ example: Case) async throws {
        try await FrameServer.serving { server in
            let bystander = try await RawPeer.connect(port: server.port)
            let peer = try await RawPeer.connect(port: server.port)
            try? await peer.send(example.bytes)
            #expect(try await peer.receivedClose()?.code == example.code)
            let closure = await server.nextClosure()
            #expect(closure?.code == example.code)
            #expect(closure?.origin == .local)
            try await bystander.send(Wire.text("still here"))
            let echo = Wire.plain(0x81, Array("still here".utf8))
            #expect(try await bystander.received { $0.count >= echo.count } == echo)
        }
    }

    @Test(
        "What is allowed goes through",
        arguments: [
            Case(
                name: "fragments with a ping between",
                bytes: Wire.masked(0x01, [0xE2]) + Wire.masked(0x89, [7])
                    + Wire.masked(0x00) + Wire.masked(0x80, [0x82, 0xAC]),
                code: 1000
            ),
            Case(name: "an empty message", bytes: Wire.masked(0x81), code: 1000),
            Case(
                name: "64 fragments",
                bytes: Wire.masked(0x02, [1]) + (0..<62).flatMap { _ in Wire.masked(0x00, [2]) }
                    + Wire.masked(0x80, [3]),
                code: 1000
            ),
            Case(name: "exactly 64 KB", bytes: Wire.masked(0x82, .init(repeating: 9, count: 65_536)), code: 1000),
            Case(name: "30 pings", bytes: (0..<30).flatMap { _ in Wire.masked(0x89, [1]) }, code: 1000),
        ]
    )
    func allowed(_ example: Case) async throws {
        try await FrameServer.serving { server in
            let peer = try await RawPeer.connect(port: server.port)
            try await peer.send(example.bytes + Wire.close(1000))
            #expect(try await peer.receivedClose()?.code == 1000)
            #expect(await server.nextClosure() == WebSocketClosure(code: 1000, reason: "", origin: .peer))
        }
    }

    @Test("A text cut inside a character, pinged meanwhile, comes back whole")
    func echoesAcrossFragments() async throws {
        try await FrameServer.serving { server in
            let peer = try await RawPeer.connect(port: server.port)
            try await peer.send(
                Wire.masked(0x01, [0xE2]) + Wire.masked(0x89, [7]) + Wire.masked(0x00)
                    + Wire.masked(0x80, [0x82, 0xAC])
            )
            let expected = Wire.plain(0x8A, [7]) + Wire.plain(0x81, [0xE2, 0x82, 0xAC])
            #expect(try await peer.received { $0.count >= expected.count }.sorted() == expected.sorted())
        }
    }

    @Test(
        "Every close code that may travel is answered with itself",
        arguments: [
            1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4408, 4999,
        ] as [UInt16]
    )
    func closeCodes(code: UInt16) async throws {
        try await FrameServer.serving { server in
            let peer = try await RawPeer.connect(port: server.port)
            try await peer.send(Wire.close(code, Array("why".utf8)))
            #expect(try await peer.receivedClose()?.code == code)
            #expect(await server.nextClosure() == WebSocketClosure(code: code, reason: "why", origin: .peer))
        }
    }
}
