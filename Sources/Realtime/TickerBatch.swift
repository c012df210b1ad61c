import Markets
import NIOCore

/// Everything that changed between two ticks of the clock, framed once for all sockets.
struct TickerBatch: Sendable {
    /// The board's version before the first of these changes.
    let since: UInt64
    /// The board's version after the last of them.
    let version: UInt64
    /// A whole WebSocket frame per changed symbol.
    let frames: [Symbol: ByteBuffer]
    /// All of them in a row, for the sockets that take every symbol: one write, one send.
    let everything: ByteBuffer

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
