import Backtesting
import Foundation
import Indicators
import Markets
import TestKit
import Testing

@Suite("Candle files")
struct CandleFileTests {
    private func read(_ text: String) throws -> CandleColumns {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).csv")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try CandleFile.read(file.path)
    }

    @Test(
        "Ours and both of Binance's forms are read alike",
        arguments: [
            "open_time_ms,open,high,low,close,volume\n1735689600000,1,4,0.5,2,10\n1735689660000,2,2,2,2,0\n",
            "1735689600000,1,4,0.5,2,10,1735689659999,20,5,4,8,0\r\n1735689660000,2,2,2,2,0,1735689719999,0,0,0,0,0",
            "\u{FEFF}open_time_ms,open,high,low,close,volume\n1735689600000,1,4,0.5,2,10\n1735689660000,2,2,2,2,0\n",
            "1735689600000000,1.0,4.0,0.5,2.0,10,1735689659999999,20,5,4,8,0\n1735689660000000,2,2,2,2,0,0,0,0,0,0,0\n\n",
        ]
    )
    func forms(text: String) throws {
        let candles = try read(text)
        #expect(candles.count == 2)
        #expect(
            candles[0]
                == CandleValues(
                    openTime: MarketTime(milliseconds: 1_735_689_600_000),
                    open: 1,
                    high: 4,
                    low: 0.5,
                    close: 2,
                    volume: 10
                )
        )
        #expect(candles.openTimes[1].milliseconds == 1_735_689_660_000)
    }

    @Test(
        "A line that is no candle is named",
        arguments: [
            ("1,1,1,1,1", 1), ("1,1,1,1,1,1\n1,1,1,1,1,1", 2), ("1,1,1,1,1,1\n2,1,2,1,3,1", 2), ("1,0,0,0,0,1", 1),
            ("1,nan,1,1,1,1", 1), ("1,1,1,1,1,-1", 1), ("x1,1,1,1,1,1\nx,1,1,1,1,1", 2), ("1.5,1,1,1,1,1", 1),
            ("1,1,inf,1,1,1", 1), ("1;1;1;1;1;1", 1), ("-1,1,1,1,1,1", 1), ("1,1e400,1e400,1,1,1", 1),
            ("1,1,1,1,1,1e300", 1), ("1,1,1,1,1,1\n2,-1,1,-1,1,1", 2), ("1,1,1,1,1,1\n\0\0", 2),
            ("99999999999999999999,1,1,1,1,1", 1),
        ]
    )
    func faults(text: String, line: Int) throws {
        let error = #expect(throws: CandleFileError.self) { try read(text) }
        guard case .lineInvalid(_, let named, _) = error else {
            Issue.record("another error: \(String(describing: error))")
            return
        }
        #expect(named == line)
    }

    @Test("A file without candles, none at all, and what is no file are told apart")
    func noFile() {
        #expect(throws: CandleFileError.unreadable(file: "/nowhere")) { try CandleFile.read("/nowhere") }
        let folder = FileManager.default.temporaryDirectory.path
        #expect(throws: CandleFileError.unreadable(file: folder)) { try CandleFile.read(folder) }
        for text in ["", "\n\n", "open_time_ms,open,high,low,close,volume\n"] {
            let error = #expect(throws: CandleFileError.self) { try read(text) }
            #expect(error?.description.hasSuffix("holds no candles") == true)
        }
    }

    @Test(
        "A gzip file that was cut off or altered is refused as damaged",
        .enabled(if: Command.find("gzip") != nil, "gzip is not installed")
    )
    func damaged() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("candles.csv")
        let lines = (1...2_000).map { "\($0),1.\($0),2,1,1.5,\($0)" }.joined(separator: "\n")
        try Data(lines.utf8).write(to: file)
        let gzip = try #require(Command.find("gzip"))
        #expect(try await Command(gzip, [file.path]).status == 0)
        let packed = file.appendingPathExtension("gz")
        #expect(try CandleFile.read(packed.path).count == 2_000)
        let whole = try Data(contentsOf: packed)
        var altered = whole
        altered[whole.count / 2] ^= 0x55
        for broken in [whole.dropLast(), whole.dropLast(4), whole.prefix(whole.count / 2), altered] {
            try Data(broken).write(to: packed)
            #expect(throws: CandleFileError.damaged(file: packed.path)) { try CandleFile.read(packed.path) }
        }
    }
}
