import ArgumentParser
import Foundation

/// Venue messages per second and core, by our decoder, by the bare parser, by Foundation's, and with the board behind.
struct DecodeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decode",
        abstract: "Venue messages decoded per CPU second."
    )

    @Option(help: "A recorded Binance spot session to decode too: JSON lines, unpacked.")
    var session: String?

    @Option(help: "Least CPU seconds of one measurement.")
    var seconds = 0.5

    func validate() throws {
        guard seconds > 0, seconds <= 60 else { throw ValidationError("--seconds takes a number above 0, up to 60.") }
    }

    func run() async throws {
        try measure("trade", SpotMessages.trades(200_000), as: FoundationMessage<FoundationTrade>.self)
        try measure("kline", SpotMessages.klines(50_000), as: FoundationMessage<FoundationKline>.self)
        try measure("miniTicker", SpotMessages.miniTickers(50_000), as: FoundationMiniTicker.self)
        try measure(
            "!miniTicker@arr, rows",
            SpotMessages.allMiniTickers(60),
            rows: SpotMessages.markets,
            as: FoundationMessage<[FoundationMiniTicker]>.self
        )
        if let session { try measure(session: try Messages(session: session)) }
    }

    /// Writes the figures of one kind of message, in messages per CPU second, or in rows where one holds several.
    private func measure<Message: Decodable>(
        _ name: String,
        _ messages: Messages,
        rows: Int = 1,
        as type: Message.Type
    ) throws {
        Report.write("\(name): bytes each", Double(messages.byteCount / (messages.count * rows)), "bytes")
        let work = messages.count * rows
        let lanes: [(String, expected: Int, () throws -> Int)] = [
            ("simdjson alone", messages.count, { try Workload.parse(messages) }),
            ("decoder", work, { try Workload.decode(messages) }),
            ("decoder, board, candles", work, { try Workload.feed(messages) }),
            ("JSONDecoder", messages.count, { try Workload.foundation(messages, as: type) }),
        ]
        for (lane, expected, body) in lanes {
            try write("\(name): \(lane)", work: work, expected: expected, body)
        }
    }

    /// As recorded: order book messages, which are parsed and left out, between quotes and trades.
    private func measure(session messages: Messages) throws {
        Report.write("recorded session: bytes each", Double(messages.byteCount / messages.count), "bytes")
        let events = try Workload.decode(messages)
        try write("recorded session: simdjson alone", work: messages.count, expected: messages.count) {
            try Workload.parse(messages)
        }
        try write("recorded session: decoder", work: messages.count, expected: events) {
            try Workload.decode(messages)
        }
        try write("recorded session: decoder, board, candles", work: messages.count, expected: events) {
            try Workload.feed(messages)
        }
    }

    /// Repeats the work until it has lasted, and writes how much of it fits in a CPU second.
    private func write(_ name: String, work: Int, expected: Int, _ body: () throws -> Int) throws {
        var spent = 0.0
        var passes = 0
        while spent < seconds {
            let start = ProcessorTime.ofThread
            let result = try body()
            spent += ProcessorTime.ofThread - start
            passes += 1
            guard result == expected else { throw BenchError.wrongCount(name) }
        }
        Report.write(name, (Double(work * passes) / spent).rounded(), "per CPU s")
    }
}
