/// A figure computed from a market's history, one candle at a time.
///
/// A value: a copy goes its own way. `ingest` takes closed candles, oldest first, in O(1) amortised and without
/// allocating; `preview` says what `ingest` would say of an unfinished candle and changes nothing; `values(over:)` runs
/// a copy over a whole series and gives the same numbers, bit for bit. Candles follow one another as they come: a
/// missing candle is not filled in, since nobody knows what it was.
///
/// An input that is no number, or whose magnitude exceeds 10¹⁰⁰, has no value and leaves the state as it was.
package protocol Indicator: Sendable {
    /// A price, or the figures of a candle.
    associatedtype Input: IndicatorInput
    associatedtype Output: Hashable, Sendable

    /// Takes the next closed candle; nil while warming up and where the figure is undefined.
    mutating func ingest(_ input: Input) -> Output?

    /// What `ingest` would give, without taking it.
    func preview(_ input: Input) -> Output?

    /// What `ingest` would give for each element in turn, the state of this value staying as it is.
    func values(over inputs: Input.Series) -> IndicatorSeries<Output>
}

/// What an indicator can be fed with.
package protocol IndicatorInput: Sendable {
    /// Many of it, as columns.
    associatedtype Series: IndicatorInputs where Series.Element == Self

    /// Whether it can be computed with: finite, and small enough for its square to be.
    var isUsable: Bool { get }
}

/// A column, or several of one length.
package protocol IndicatorInputs: Sendable {
    associatedtype Element

    var count: Int { get }

    /// Whether each of them ``IndicatorInput/isUsable``.
    var areUsable: Bool { get }

    /// Calls the body with a reader of the elements, which is fast and checks no bounds.
    func withReader<Result>(_ body: (_ read: (Int) -> Element) -> Result) -> Result
}

/// The greatest magnitude that is computed with: its square times any count of candles is finite.
let greatestMagnitude = 1e100

extension Double: IndicatorInput {
    package typealias Series = [Double]

    package var isUsable: Bool { magnitude <= greatestMagnitude }
}

extension [Double]: IndicatorInputs {
    package var areUsable: Bool { allSatisfy(\.isUsable) }

    @inline(__always)
    package func withReader<Result>(_ body: (_ read: (Int) -> Double) -> Result) -> Result {
        withUnsafeBufferPointer { buffer in body { buffer[$0] } }
    }
}

/// How our indicators are built: a step that changes plain numbers only, then the storing of what the window needs.
///
/// So an unfinished candle is a step of a copy that is thrown away, which shares its windows and allocates nothing.
protocol SteppedIndicator: Indicator {
    /// Computes the next value; reads windows, and writes none.
    mutating func step(_ input: Input) -> Output?

    /// Makes the windows this value's own; called before ``settle()`` where a copy may have been made since.
    mutating func detach()

    /// Writes the last step's input into the windows; called after every step that is kept.
    mutating func settle()
}

extension SteppedIndicator {
    // What has no window has nothing to store.
    @inline(__always)
    func detach() {}

    @inline(__always)
    func settle() {}

    @inline(__always)
    mutating func advance(_ input: Input) -> Output? {
        guard input.isUsable else { return nil }
        let output = step(input)
        detach()
        settle()
        return output
    }

    @inline(__always)
    func glimpse(_ input: Input) -> Output? {
        guard input.isUsable else { return nil }
        var copy = self
        return copy.step(input)
    }

    @inline(__always)
    func run(over inputs: Input.Series) -> IndicatorSeries<Output> {
        var state = self
        state.detach()
        defer { withExtendedLifetime(state) {} }
        guard inputs.areUsable else {
            return inputs.withReader { read in
                IndicatorSeries(count: inputs.count) { index in state.advance(read(index)) }
            }
        }
        return inputs.withReader { read in
            IndicatorSeries(count: inputs.count) { index in
                let output = state.step(read(index))
                state.settle()
                return output
            }
        }
    }
}
