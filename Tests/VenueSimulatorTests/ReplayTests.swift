import Foundation
import Markets
import TestKit
import Testing
import VenueSimulator

@Suite("Replay of recordings", .fewAtOnce, .timeLimit(.minutes(3)))
struct ReplayTests {
    static let session = "exchanges/binance/ws/spot-session-BTCUSDT-2024.jsonl.gz"

    static func path(_ name: String) throws -> String {
        try #require(SharedData.url).appendingPathComponent(name).path
    }

    @Test(
        "The recorded spot session comes frame by frame as it was, nothing lost, nothing changed",
        .enabled(if: SharedData.isPresent, "the recorded session is not here")
    )
    func session() async throws {
        let path = try Self.path(Self.session)
        let expected = try Self.frames(of: path, stream: "btcusdt@trade")
        #expect(expected.count == 9757)
        let replay = try Replay(files: [path], speed: nil)
        #expect(replay.records == 41_249 && replay.listings.map(\.symbol.text) == ["BTCUSDT"])
        try await Harness.with(.replay(replay)) { venue in
            var combined = try await venue.socket("/stream?streams=btcusdt@trade")
            var single = try await venue.socket("/ws")
            single.send(#"{"method":"SUBSCRIBE","params":["btcusdt@trade"],"id":1}"#)
            #expect(await single.next() == #"{"result":null,"id":1}"#)
            for (position, frame) in expected.enumerated() {
                let text = await combined.next()
                guard text == frame else {
                    Issue.record("frame \(position) is \(text ?? "missing") instead of \(frame)")
                    return
                }
                let data = frame.dropFirst(#"{"stream":"btcusdt@trade","data":"#.count).dropLast()
                guard await single.next() == String(data) else {
                    Issue.record("frame \(position) differs on the single-stream connection")
                    return
                }
            }
            try await venue.simulator.finished()
        }
    }

    @Test(
        "What REST says after the session equals the session's own trades",
        .enabled(if: SharedData.isPresent, "the recorded session is not here")
    )
    func sessionREST() async throws {
        let path = try Self.path(Self.session)
        let trades = try Self.frames(of: path, stream: "btcusdt@trade").map(RecordedTrade.init)
        try await Harness.with(.replay(try Replay(files: [path], speed: nil))) { venue in
            #expect(try await venue.get("/api/v3/depth?symbol=BTCUSDT").text.hasPrefix(#"{"lastUpdateId":0"#))
            let zeros = try await venue.get("/api/v3/ticker/24hr?symbol=BTCUSDT").json as? [String: Any]
            #expect(zeros?["lastPrice"] as? String == "0.00000000" && zeros?["count"] as? Int == 0)
            var candles = try await venue.socket("/ws/btcusdt@kline_1m")
            try await venue.simulator.finished()
            let row = try #require(try await venue.get("/api/v3/ticker/24hr?symbol=BTCUSDT").json as? [String: Any])
            #expect(row["lastPrice"] as? String == trades.last?.price)
            #expect(row["count"] as? Int == trades.count)
            let volume = try trades.reduce(FixedPoint.zero) { sum, trade in
                try #require(sum.adding(trade.quantity))
            }
            #expect(FixedPoint(row["volume"] as? String ?? "") == volume)
            let rows = try #require(
                try await venue.get("/api/v3/klines?symbol=BTCUSDT&interval=1m").json as? [[Any]]
            )
            let minutes = Dictionary(grouping: trades) { $0.time / 60_000 * 60_000 }
            #expect(rows.compactMap { $0[0] as? Int64 } == minutes.keys.sorted())
            for row in rows {
                let minute = try #require(row[0] as? Int64)
                let trades = try #require(minutes[minute])
                #expect(row[1] as? String == trades.first?.price)
                #expect(row[4] as? String == trades.last?.price)
                #expect(row[2] as? String == trades.map(\.price).max())
                #expect(row[3] as? String == trades.map(\.price).min())
                #expect(row[8] as? Int == trades.count)
            }
            // The stream has closed every minute but the last, which is open in its last frame.
            var closed: [Int64] = []
            var final: (Int64, Bool)?
            while final?.0 != minutes.keys.max() || final?.1 != false || closed.count < minutes.count - 1 {
                let frame = try #require(await candles.object())
                let candle = try #require(frame["k"] as? [String: Any])
                let open = try #require(candle["t"] as? Int64)
                let isClosed = try #require(candle["x"] as? Bool)
                if isClosed { closed.append(open) }
                final = (open, isClosed)
            }
            #expect(closed == minutes.keys.sorted().dropLast())
            let depth = try #require(
                try await venue.get("/api/v3/depth?symbol=BTCUSDT&limit=5").json as? [String: Any]
            )
            let top = try #require(try Self.frames(of: path, stream: "btcusdt@depth@100ms").last)
            #expect(top.contains("\"u\":\(try #require(depth["lastUpdateId"] as? Int64))"))
        }
    }

    @Test(
        "A candle file becomes closed candles on the stream and history over REST",
        .enabled(if: SharedData.isPresent, "the recorded candles are not here")
    )
    func candles() async throws {
        let path = try Self.path("candles/binance-spot/BTCUSDT-15m-2025-10.csv.gz")
        let replay = try Replay(files: [path], speed: nil)
        #expect(replay.records == 1344)
        try await Harness.with(.replay(replay)) { venue in
            var socket = try await venue.socket("/ws/btcusdt@kline_15m")
            for index in 0..<1344 {
                let frame = try #require(await socket.object())
                let candle = try #require(frame["k"] as? [String: Any])
                #expect(candle["x"] as? Bool == true)
                #expect(candle["t"] as? Int64 == 1_759_708_800_000 + Int64(index) * 900_000)
                guard index == 0 else { continue }
                #expect(candle["o"] as? String == "123482.32000000" && candle["c"] as? String == "123514.00000000")
                #expect(candle["v"] as? String == "128.27480000" && candle["n"] as? Int == 35454)
                #expect(candle["q"] as? String == "15828353.76793790" && candle["V"] as? String == "59.81869000")
            }
            let rows = try #require(
                try await venue.get("/api/v3/klines?symbol=BTCUSDT&interval=15m&limit=1000").json as? [[Any]]
            )
            #expect(rows.count == 1000)
            let hours = try #require(
                try await venue.get("/api/v3/klines?symbol=BTCUSDT&interval=1h&limit=1000").json as? [[Any]]
            )
            #expect(hours.count == 336)
            #expect(try await venue.get("/api/v3/klines?symbol=BTCUSDT&interval=1m").text == "[]")
            let time = try await venue.get("/api/v3/time").json as? [String: Int64]
            #expect(time?["serverTime"] == replay.end.milliseconds)
        }
    }

    @Test(
        "A trade file becomes trades with rising ids, side kept",
        .enabled(if: SharedData.isPresent, "the recorded trades are not here")
    )
    func trades() async throws {
        let path = try Self.path("trades/pumps/BNTBTC-2020-04-24T1559.csv.gz")
        try await Harness.with(.replay(try Replay(files: [path], speed: nil))) { venue in
            var socket = try await venue.socket("/ws/bntbtc@trade")
            for id in 1...9154 {
                let trade = try #require(await socket.object())
                #expect(trade["t"] as? Int == id)
                guard id == 1 else { continue }
                #expect(trade["T"] as? Int64 == 1_587_571_184_439 && trade["m"] as? Bool == false)
                #expect(trade["p"] as? String == "0.00002759" && trade["q"] as? String == "12.00000000")
            }
            let info = try await venue.get("/api/v3/exchangeInfo").text
            #expect(info.contains(#""baseAsset":"BNT""#) && info.contains(#""quoteAsset":"BTC""#))
            #expect(info.contains(#""tickSize":"0.00000001""#))
        }
    }

    @Test("Several files play as one, in the order of time, at a chosen speed")
    func mixture() async throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let trades = try folder.write(
            "AAAUSDT-trades.csv",
            "time_ms,side,price,qty\n60000,buy,1.5,2\n61000,sell,1.4,3\n62500,buy,1.6,1\n"
        )
        let candles = try folder.write(
            "BBBUSDT-1m.csv",
            "open_time_ms,open,high,low,close,volume\n0,5.1e-05,5.1e-05,5e-05,5e-05,10\n60000,5e-05,6e-05,5e-05,6e-05,4\n"
        )
        let replay = try Replay(files: [trades, candles], speed: 120)
        #expect(replay.start.milliseconds == 60_000 && replay.end.milliseconds == 120_000)
        #expect(replay.listings.map(\.symbol.text) == ["AAAUSDT", "BBBUSDT"])
        #expect(replay.listings.map(\.pricePlaces) == [1, 6])
        try await Harness.with(.replay(replay)) { venue in
            var socket = try await venue.socket("/stream?streams=aaausdt@trade/bbbusdt@kline_1m/aaausdt@kline_1m")
            var order: [String] = []
            while order.count < 5, let frame = await socket.object() {
                let data = try #require(frame["data"] as? [String: Any])
                let candle = data["k"] as? [String: Any]
                if candle?["x"] as? Bool == false { continue }
                order.append("\(data["s"] as? String ?? "") \(candle?["t"] as? Int64 ?? data["T"] as? Int64 ?? 0)")
            }
            // A trade file's minute that ends with the recording is closed by nobody.
            #expect(
                order == [
                    "AAAUSDT 60000", "BBBUSDT 0", "AAAUSDT 61000", "AAAUSDT 62500", "BBBUSDT 60000",
                ]
            )
        }
    }

    @Test("Nothing is played before somebody listens")
    func waiting() async throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let file = try folder.write("AAAUSDT.csv", "time_ms,side,price,qty\n1000,buy,1.5,2\n")
        try await Harness.with(.replay(try Replay(files: [file], speed: nil))) { venue in
            var idle = try await venue.socket("/ws")
            idle.send(#"{"method":"LIST_SUBSCRIPTIONS","id":1}"#)
            #expect(await idle.next() == #"{"result":[],"id":1}"#)
            #expect(try await venue.get("/api/v3/trades?symbol=AAAUSDT").text == "[]")
            idle.send(#"{"method":"SUBSCRIBE","params":["aaausdt@trade"],"id":2}"#)
            #expect(await idle.next() == #"{"result":null,"id":2}"#)
            #expect(try #require(await idle.object())["p"] as? String == "1.50000000")
        }
    }

    /// The recorded frames of a stream, unpacked by another program than the one under test.
    static func frames(of path: String, stream: String) throws -> [String] {
        try frames(of: path, from: "\"frame\":{\"stream\":\"\(stream)\"")
    }

    /// Those whose line holds the marker, which begins with the frame's own key.
    static func frames(of path: String, from marker: String) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let text = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").compactMap { line in
            guard let range = line.range(of: marker) else { return nil }
            return String(line[line.index(range.lowerBound, offsetBy: 8)...].dropLast())
        }
    }
}

/// One trade frame of a recorded session, read by Foundation.
struct RecordedTrade: Sendable {
    /// As written; all prices of the session have the same number of digits, so that text sorts like numbers.
    let price: String
    let quantity: FixedPoint
    let time: Int64

    init(frame: String) throws {
        let object = try JSONSerialization.jsonObject(with: Data(frame.utf8)) as? [String: Any]
        let data = try #require(object?["data"] as? [String: Any])
        price = try #require(data["p"] as? String)
        quantity = try #require(FixedPoint(data["q"] as? String ?? ""))
        time = try #require(data["T"] as? Int64)
    }
}

@Suite("Faulty recordings")
struct RecordingErrorTests {
    @Test(
        "A bad line is named with file and number before anything is played",
        arguments: [
            ("AAAUSDT-1m.csv", "open_time_ms,open,high,low,close,volume\n0,1,2,1,2,5\n60000,1,2,1,x,5\n", 3, "close"),
            ("AAAUSDT-1m.csv", "open_time_ms,open,high,low,close,volume\n0,1,2,1,2\n", 2, "6 columns"),
            ("AAAUSDT-1m.csv", "open_time_ms,open,high,low,close,volume\n5,1,2,1,2,5\n", 2, "multiple"),
            ("AAAUSDT-1m.csv", "open_time_ms,open,high,low,close,volume\n0,1,2,1.5,2,5\n", 2, "in order"),
            ("AAAUSDT-1m.csv", "open_time_ms,open,high,low,close,volume\n60000,1,2,1,2,5\n0,1,2,1,2,5\n", 3, "back"),
            ("AAAUSDT-1m.csv", "open_time_ms,open,high,low,close,volume\n0,1,2,1,2,5\n0,1,2,1,2,5\n", 3, "again"),
            ("AAAUSDT.csv", "time_ms,side,price,qty\n1,buy,1,1\n2,BUY,1,1\n", 3, "side"),
            ("AAAUSDT.csv", "time_ms,side,price,qty\n1,buy,1,1\n\n", 3, "4 columns"),
            ("AAA.csv", "ts_ms,side,price_e8,amount\n1,b,17028,10\n2,buy,1,1\n", 3, "side"),
            ("AAA.csv", "ts_ms,side,price_e8,amount\n1,s,0.5,10\n", 2, "price_e8"),
            ("AAAUSDT.csv", "time_ms,side,price,qty\n1,buy,-1,1\n", 2, "price"),
            ("AAAUSDT.csv", "time_ms,side,price,qty\n1,buy,1e-30,1\n", 2, "price"),
            ("a-AAAUSDT.jsonl", #"{"t_us":1,"kind":"ws","frame":{"stream":"a@x","data":{}}}"# + "\n{\n", 2, "JSON"),
            ("a-AAAUSDT.jsonl", #"{"t_us":"1","kind":"ws","frame":{}}"# + "\n", 1, "t_us"),
            ("a-AAAUSDT.jsonl", #"{"t_us":1,"kind":"odd","frame":{}}"# + "\n", 1, "kind"),
            ("a-AAAUSDT.jsonl", #"{"t_us":1,"kind":"ws"}"# + "\n", 1, "frame"),
            (
                "a-AAAUSDT.jsonl", #"{"t_us":1,"kind":"ws","frame":{"stream":"aaausdt@trade","data":{"p":"1"}}}"#, 1,
                "trade"
            ),
        ]
    )
    func lines(name: String, text: String, line: Int, reason: String) throws {
        let folder = try Scratch()
        defer { folder.remove() }
        let file = try folder.write(name, text)
        let error = try #require(throws: RecordingError.self) { try Replay(files: [file], speed: nil) }
        guard case .lineInvalid(file, line, let told) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(told.contains(reason))
        #expect("\(error)".hasPrefix("\(file):\(line): "))
    }

    @Test("A file that is missing, empty, unknown or nameless is refused as what it is")
    func files() throws {
        let folder = try Scratch()
        defer { folder.remove() }
        #expect(throws: RecordingError.fileUnreadable(file: "/nowhere/A.csv")) {
            try Replay(files: ["/nowhere/A.csv"], speed: nil)
        }
        let empty = try folder.write("AAAUSDT.csv", "")
        #expect(throws: RecordingError.fileEmpty(file: empty)) { try Replay(files: [empty], speed: nil) }
        let header = try folder.write("ABAUSDT.csv", "time_ms,side,price,qty\n")
        #expect(throws: RecordingError.fileEmpty(file: header)) { try Replay(files: [header], speed: nil) }
        let odd = try folder.write("ACAUSDT.csv", "a,b\n1,2\n")
        #expect(throws: RecordingError.formatUnknown(file: odd)) { try Replay(files: [odd], speed: nil) }
        let nameless = try folder.write("trades.csv", "time_ms,side,price,qty\n1,buy,1,1\n")
        #expect(throws: RecordingError.symbolUnknown(file: nameless)) { try Replay(files: [nameless], speed: nil) }
        #expect(try Replay(files: ["XYZBTC=" + nameless], speed: 2).listings.map(\.base) == ["XYZ"])
        let candles = try folder.write("ADAUSDT.csv", "open_time_ms,open,high,low,close,volume\n0,1,2,1,2,5\n")
        #expect(throws: RecordingError.intervalUnknown(file: candles)) { try Replay(files: [candles], speed: nil) }
        #expect(try Replay(files: ["ADAUSDT:5m=" + candles], speed: nil).end.milliseconds == 300_000)
        #expect(throws: RecordingError.speedInvalid(0)) { try Replay(files: [candles], speed: 0) }
        #expect(throws: RecordingError.noFiles) { try Replay(files: [String](), speed: 1) }
    }

    @Test(
        "A compressed file that was cut off is refused",
        .enabled(if: SharedData.isPresent, "the recorded trades are not here")
    )
    func damage() throws {
        let whole = try SharedData.bytes("trades/pumps/BNTBTC-2020-04-24T1559.csv.gz")
        let folder = try Scratch()
        defer { folder.remove() }
        let cut = folder.path("BNTBTC.csv.gz")
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: cut))
        let error = try #require(throws: RecordingError.self) { try Replay(files: [cut], speed: nil) }
        #expect(error == .fileDamaged(file: cut))
        var flipped = whole
        flipped[flipped.count - 6] ^= 0xFF  // in the checksum
        try flipped.write(to: URL(fileURLWithPath: cut))
        #expect(throws: RecordingError.fileDamaged(file: cut)) { try Replay(files: [cut], speed: nil) }
    }

    @Test(
        "Spot recordings are understood to their last line",
        .enabled(if: SharedData.isPresent, "the recordings are not here"),
        arguments: ["candles/binance-spot", "trades/pumps", "pumps/trades"]
    )
    func everything(folder: String) throws {
        let url = try #require(SharedData.url).appendingPathComponent(folder)
        let names = try FileManager.default.contentsOfDirectory(atPath: url.path).filter { $0.hasSuffix(".csv.gz") }
            .sorted()
        #expect(names.count >= 6)
        for name in names.prefix(20) {
            let replay = try Replay(files: [url.appendingPathComponent(name).path], speed: nil)
            #expect(replay.records > 1000 && replay.listings.count == 1)
        }
    }
}

/// A folder for one test's files.
struct Scratch {
    private let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    func remove() {
        try? FileManager.default.removeItem(at: url)
    }

    func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
        return path(name)
    }
}
