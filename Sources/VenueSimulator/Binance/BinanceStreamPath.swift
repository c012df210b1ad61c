import Foundation

/// What a WebSocket handshake asks for: `/ws`, `/ws/<stream>`, `/stream` or `/stream?streams=<a>/<b>`.
///
/// Without a prefix it is the spot market; `/public` and `/market` before it are the two sockets of USD-M futures.
struct BinanceStreamPath: Hashable, Sendable {
    var socket: BinanceSocket
    /// Whether frames travel as `{"stream":…,"data":…}`.
    var isCombined: Bool
    var streams: [String]

    /// Nil for a path that is no market-data socket, or names more streams than a connection may have.
    init?(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = parts.first ?? ""
        socket = .spot
        for (prefix, named) in [("/public", BinanceSocket.perpetualPublic), ("/market", .perpetualMarket)]
        where path.hasPrefix(prefix + "/") {
            socket = named
            path = path.dropFirst(prefix.count)
        }
        let query = parts.count > 1 ? parts[1] : ""
        if path == "/ws" || path == "/ws/" {
            (isCombined, streams) = (false, [])
        } else if path.hasPrefix("/ws/") {
            (isCombined, streams) = (false, Self.names(path.dropFirst(4)))
        } else if path == "/stream" || path == "/stream/" {
            let named = query.split(separator: "&").first { $0.hasPrefix("streams=") }
            (isCombined, streams) = (true, Self.names(named?.dropFirst(8) ?? ""))
        } else {
            return nil
        }
        guard streams.count <= BinanceSession.mostStreams else { return nil }
    }

    /// The spelling under which frames are published: symbols in lower case, the channel as it is.
    static func normalized(_ name: String) -> String {
        guard let at = name.firstIndex(of: "@"), !name.hasPrefix("!") else { return printable(name) }
        return printable(name[..<at].lowercased() + name[at...])
    }

    private static func names(_ text: Substring) -> [String] {
        var names: [String] = []
        for name in text.split(separator: "/").map({ normalized(decoded($0)) }) where !names.contains(name) {
            names.append(name)
        }
        return names
    }

    private static func decoded(_ text: Substring) -> String {
        text.removingPercentEncoding ?? String(text)
    }

    /// Names go into JSON as they are, so what would have to be escaped does not get in.
    private static func printable(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.value >= 32 && $0 != "\"" && $0 != "\\" }))
    }
}

/// The venue's market-data sockets.
enum BinanceSocket: Hashable, Sendable {
    case spot
    /// USD-M books and quotes.
    case perpetualPublic
    /// USD-M trades, candles, tickers, mark prices, liquidations.
    case perpetualMarket

    var isPerpetual: Bool { self != .spot }
}
