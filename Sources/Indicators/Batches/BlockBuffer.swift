/// The numbers of one block of a batch, behind the last of the block before that its windows reach back to.
///
/// A batch that goes through a series block by block, one simple loop for each part of a formula, stays in the
/// processor's nearest cache, and the compiler turns such loops into instructions for several candles at a time.
struct BlockBuffer: ~Copyable {
    /// Candles of a block; a few buffers of it fit into 32 kB.
    static let length = 256

    private let base: UnsafeMutablePointer<Double>
    private let history: Int

    /// - Parameter history: how many numbers before the block are kept; zeros at first.
    init(history: Int) {
        self.history = history
        base = .allocate(capacity: history + Self.length)
        base.initialize(repeating: 0, count: history + Self.length)
    }

    deinit { base.deallocate() }

    /// The block's first number; up to `length` are there from it on, and `history` before it.
    var start: UnsafeMutablePointer<Double> { base + history }

    /// Keeps what the next block reaches back to, after one of so many numbers.
    func advance(by count: Int) { base.update(from: base + count, count: history) }
}
