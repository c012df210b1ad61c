import MarketFeed
import Markets
import NIOCore
import WebSockets

/// Everything that changed between two versions of the board, framed once for many sockets.
struct TickerBatch: Sendable {
    /// The board's version before the first of these changes.
    let since: UInt64
    /// The board's version after the last of them.
    let version: UInt64
    /// A whole WebSocket frame per changed symbol.
    let frames: [Symbol: ByteBuffer]
    /// All of them in a row, for the sockets that take every symbol: one write, one send.
    let everything: ByteBuffer

    /// Everything that changed since a version of the board; since 0, the newest of every symbol.
    init(of board: MarketBoard, since: UInt64) {
        let changes = board.changes(since: since)
        var everything = ByteBuffer()
        var ends: [Int] = []
        ends.reserveCapacity(changes.tickers.count)
        for change in changes.tickers {
            PreparedFrame.append(text: change.payload, to: &everything)
            ends.append(everything.writerIndex)
        }
        // Slices share the buffer's storage, so they are taken once nothing is written to it any more.
        var frames: [Symbol: ByteBuffer] = [:]
        frames.reserveCapacity(changes.tickers.count)
        var start = 0
        for (change, end) in zip(changes.tickers, ends) {
            frames[change.symbol] = everything.getSlice(at: start, length: end - start)
            start = end
        }
        self.since = since
        version = changes.version
        self.frames = frames
        self.everything = everything
    }

    /// The frames of the symbols in the set, in a row; nil where there is none.
    func filtered(by symbols: Set<Symbol>) -> ByteBuffer? {
        var buffer: ByteBuffer?
        func add(_ frame: ByteBuffer) {
            guard buffer != nil else { return buffer = frame }
            buffer?.writeImmutableBuffer(frame)
        }
        // Walk the smaller side.
        if symbols.count < frames.count {
            for symbol in symbols { frames[symbol].map(add) }
        } else {
            for (symbol, frame) in frames where symbols.contains(symbol) { add(frame) }
        }
        return buffer
    }
}
