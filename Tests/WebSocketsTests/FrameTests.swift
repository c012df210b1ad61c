import NIOCore
import Testing
import WebSockets

@Suite("Frames")
struct FrameTests {
    @Test(
        "What is encoded is decoded, masked or not, at every length's edge",
        arguments: [
            0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536, 70_001,
        ]
    )
    func roundTrip(count: Int) throws {
        let payload = ByteBuffer(bytes: (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        for (mask, role) in [(nil, WebSocketRole.client), (UInt32(0x0102_03F4), .server)] {
            let wire = FrameEncoder.encode(.binary, payload, mask: mask, allocator: .init())
            var decoder = FrameDecoder(role: role, maxFrameBytes: 1 << 20)
            decoder.append(wire)
            #expect(try decoder.next() == Frame(isFinal: true, opcode: .binary, payload: payload))
            #expect(try decoder.next() == nil)
        }
    }

    @Test("Masking is that of RFC 6455, 5.7")
    func maskingExample() throws {
        var decoder = FrameDecoder(role: .server, maxFrameBytes: 100)
        decoder.append(ByteBuffer(bytes: [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]))
        #expect(try decoder.next()?.payload == ByteBuffer(string: "Hello"))
        let wire = FrameEncoder.encode(.text, ByteBuffer(string: "Hello"), mask: 0x37FA_213D, allocator: .init())
        #expect(Array(wire.readableBytesView) == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
    }

    @Test("It does not matter how the bytes are cut", arguments: [1, 2, 3, 7, 64, 1000])
    func pieces(of size: Int) throws {
        let payloads = [0, 5, 130, 300, 70_000, 1].map { Array(repeating: UInt8($0 % 251), count: $0) }
        let wire = payloads.flatMap { Wire.masked(0x82, $0) }
        var decoder = FrameDecoder(role: .server, maxFrameBytes: 1 << 20)
        var decoded: [[UInt8]] = []
        for start in stride(from: 0, to: wire.count, by: size) {
            decoder.append(ByteBuffer(bytes: wire[start..<min(start + size, wire.count)]))
            while let frame = try decoder.next() { decoded.append(Array(frame.payload.readableBytesView)) }
        }
        #expect(decoded == payloads)
    }

    @Test("A claim past the limit fails on the header alone")
    func claims() {
        var decoder = FrameDecoder(role: .server, maxFrameBytes: 1000)
        decoder.append(ByteBuffer(bytes: [0x82, 0xFE, 0x03, 0xE9]))
        #expect(throws: WebSocketFault.tooLarge("frame too large")) { try decoder.next() }
    }

    @Test("A prepared frame is the frame, whatever it is made from")
    func prepared() {
        let expected: [UInt8] = [0x81, 0x02, 0x68, 0x69]
        #expect(Array(PreparedFrame.text("hi").readableBytesView) == expected)
        #expect(Array(PreparedFrame.text(ByteBuffer(string: "hi")).readableBytesView) == expected)
        #expect(Array(PreparedFrame.text(Array("hi".utf8)).readableBytesView) == expected)
        #expect(Array(PreparedFrame.binary(ByteBuffer(string: "hi")).readableBytesView) == [0x82, 0x02, 0x68, 0x69])
    }

    @Test("A close reason is cut at 123 bytes and between characters")
    func closeReason() throws {
        let payload = ClosePayload.encode(code: 1000, reason: String(repeating: "é", count: 100), allocator: .init())
        #expect(payload.readableBytes == 124)
        #expect(try ClosePayload(payload).reason == String(repeating: "é", count: 61))
    }
}
