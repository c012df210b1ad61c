import Accounts
import Foundation
import TestKit
import Testing

@Suite("QR codes")
struct QRCodeTests {
    static let link =
        "otpauth://totp/TradePulse%3Ajane%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=TradePulse"

    /// The dark modules of a picture, read back from its path.
    private func modules(of svg: String) throws -> Set<[Int]> {
        let path = try #require(svg.firstMatch(of: /fill="#000" d="([^"]*)"/)).1
        return Set(
            path.matches(of: /M(\d+) (\d+)h(\d+)v1h-(\d+)z/).flatMap { match -> [[Int]] in
                let (x, y, run) = (Int(match.1) ?? 0, Int(match.2) ?? 0, Int(match.3) ?? 0)
                return (x..<x + run).map { [$0, y] }
            }
        )
    }

    @Test("The picture holds every dark module and no other, inside a quiet zone of four")
    func picture() throws {
        let code = try QRCode(Self.link)
        let expected = code.modules.indices.filter { code.modules[$0] }
            .map { [$0 % code.side + 4, $0 / code.side + 4] }
        #expect(try modules(of: code.svg) == Set(expected))
        #expect(code.svg.contains("viewBox=\"0 0 \(code.side + 8) \(code.side + 8)\""))
        // The three corners that every reader looks for.
        for (x, y) in [(0, 0), (code.side - 7, 0), (0, code.side - 7)] {
            let ring = (0..<7).flatMap { [(x + $0, y), (x + $0, y + 6), (x, y + $0), (x + 6, y + $0)] }
            #expect(ring.allSatisfy { code.modules[$0.1 * code.side + $0.0] })
        }
    }

    @Test(
        "A reader of QR codes finds the link in the picture",
        .enabled(if: Command.find("zbarimg") != nil, "zbarimg is not installed: the picture is not read")
    )
    func reader() async throws {
        let code = try QRCode(Self.link)
        let dark = try modules(of: code.svg)
        let (side, scale) = (code.side + 8, 4)
        var image = Data("P5 \(side * scale) \(side * scale) 255\n".utf8)
        for y in 0..<side * scale {
            image.append(contentsOf: (0..<side * scale).map { dark.contains([$0 / scale, y / scale]) ? 0 : 255 })
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).pgm")
        defer { try? FileManager.default.removeItem(at: file) }
        try image.write(to: file)
        let reading = try await Command(
            try #require(Command.find("zbarimg")),
            ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", file.path]
        )
        #expect(reading.status == 0)
        #expect(reading.output.split(separator: "\n").contains(Substring(Self.link)))
    }

    @Test("What has no room in any code is refused")
    func full() {
        #expect(throws: QRCode.Failure.self) { try QRCode(String(repeating: "x", count: 4_000)) }
    }
}
