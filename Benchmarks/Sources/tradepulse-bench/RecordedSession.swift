import Foundation
import Markets
import NIOCore
import Venues

/// A recorded Binance session: the frames as they came, with the depth snapshots where the recorder fetched them.
struct RecordedSession {
    enum Family: String, CaseIterable {
        case spot, usdm
    }

    /// One line, in the order of the recording.
    enum Line {
        case frame(kind: String, bytes: [UInt8], at: NIODeadline)
        /// A depth snapshot of the market with that name.
        case picture(String, Data)
    }

    let family: Family
    let lines: [Line]
    let markets: [String]

    /// Reads unpacked lines of `{"t_us":…,"kind":"ws"|"rest","frame":…}`; a session of one market does not name it.
    init(path: String, family: Family) throws {
        struct Head: Decodable {
            struct Frame: Decodable { var stream: String? }
            enum CodingKeys: String, CodingKey { case microseconds = "t_us", kind, symbol, frame }
            var microseconds: UInt64
            var kind: String
            var symbol: String?
            var frame: Frame
        }
        let key = Data(#""frame":"#.utf8)
        var lines: [Line] = []
        var markets: Set<String> = []
        for line in try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: UInt8(ascii: "\n")) {
            let head = try JSONDecoder().decode(Head.self, from: line)
            guard let start = line.range(of: key) else { continue }
            let frame = line[start.upperBound..<line.index(before: line.endIndex)]
            if head.kind == "rest" {
                lines.append(.picture(head.symbol ?? "", Data(frame)))
            } else if let name = head.frame.stream?.split(separator: "@"), name.count > 1 {
                markets.insert(name[0].uppercased())
                let time = NIODeadline.uptimeNanoseconds(head.microseconds * 1000)
                lines.append(.frame(kind: String(name[1]), bytes: Array(frame), at: time))
            }
        }
        self.family = family
        self.lines = lines
        self.markets = markets.sorted()
    }

    var instruments: [Instrument] {
        markets.compactMap { name in
            let symbol = Symbol(family == .spot ? name : name + Symbol.perpetualSuffix)
            return symbol.map {
                Instrument(
                    venue: .binance,
                    symbol: $0,
                    venueSymbol: name,
                    base: String(name.dropLast(4)),
                    quote: String(name.suffix(4)),
                    tickSize: nil,
                    lotSize: nil,
                    isTrading: true
                )
            }
        }
    }

    /// The socket family that decodes its frames, knowing its markets.
    func dialect() -> any VenueDialect {
        let endpoints = VenueEndpoints(rest: "http://localhost", webSocket: "ws://localhost")
        let dialect: any VenueDialect =
            switch family {
            case .spot: BinanceSpotDialect(endpoints: endpoints)
            case .usdm: BinanceUSDMDialect(.public, endpoints: endpoints)
            }
        dialect.learn(instruments)
        return dialect
    }

    /// The frames of one kind, or all of them.
    func messages(of kind: String?) -> Messages {
        var messages = Messages()
        for case .frame(let name, let bytes, _) in lines where kind == nil || kind == name { messages.append(bytes) }
        return messages
    }

    var kinds: [String] {
        Set(lines.compactMap { if case .frame(let kind, _, _) = $0 { kind } else { nil } }).sorted()
    }
}
