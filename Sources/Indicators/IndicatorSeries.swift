/// The values of an indicator over a series: one for each candle, nil while warming up and where it is undefined.
///
/// Warm-up costs no room, and neither does a value's being there: 8 bytes for each candle of a single figure.
package struct IndicatorSeries<Output: Sendable>: RandomAccessCollection, Sendable {
    /// Candles before the first value; all of them when there is none.
    package let warmUp: Int
    /// The values from there on; where there is none, the one before stands in its place.
    private let defined: [Output]
    /// Rising indexes after the warm-up at which there is no value; rare, as a window without volume is.
    private let undefined: [Int]

    /// Asks for the values in order.
    @inline(__always)
    init(count: Int, next: (Int) -> Output?) {
        var first = 0
        var start: Output?
        while first < count {
            start = next(first)
            if start != nil { break }
            first += 1
        }
        warmUp = first
        guard let start else {
            defined = []
            undefined = []
            return
        }
        var missing: [Int] = []
        defined = Array(unsafeUninitializedCapacity: count - first) { buffer, filled in
            var last = start
            buffer.initializeElement(at: 0, to: start)
            for index in 1..<Swift.max(1, buffer.count) {
                if let output = next(first + index) { last = output } else { missing.append(first + index) }
                buffer.initializeElement(at: index, to: last)
            }
            filled = buffer.count
        }
        undefined = missing
    }

    /// Of a batch that knows its warm-up and has a value for every candle after it.
    @inline(__always)
    init(count: Int, warmUp: Int, fill: (_ values: UnsafeMutablePointer<Output>) -> Void)
    where Output: BitwiseCopyable {
        self.warmUp = Swift.min(warmUp, count)
        undefined = []
        let values = Swift.max(0, count - warmUp)
        defined = Array(unsafeUninitializedCapacity: values) { buffer, filled in
            if let base = buffer.baseAddress, values > 0 { fill(base) }
            filled = values
        }
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { warmUp + defined.count }

    package subscript(index: Int) -> Output? {
        precondition(indices.contains(index), "no candle at this index")
        guard index >= warmUp, !isUndefined(index) else { return nil }
        return defined[index - warmUp]
    }

    private func isUndefined(_ index: Int) -> Bool {
        guard !undefined.isEmpty else { return false }
        var low = 0
        var high = undefined.count
        while low < high {
            let middle = (low + high) / 2
            if undefined[middle] < index { low = middle + 1 } else { high = middle }
        }
        return low < undefined.count && undefined[low] == index
    }
}
