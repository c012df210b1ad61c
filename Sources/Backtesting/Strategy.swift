package import Indicators

/// Something that reads closed candles and says when to enter and when to leave.
package protocol Strategy: Sendable {
    /// What the record of its results stands under.
    var identity: StrategyIdentity { get }

    /// Candles that it is shown beside those it is tried on, such as other symbols'; what names a result holds them, too.
    var companions: [CandleColumns] { get }

    /// Its signals over a series, in order, each at the candle whose close it was born at.
    ///
    /// A signal may rest on candles up to its own and on none after it; ``LookAheadProbe`` finds out.
    func signals(over candles: CandleColumns) -> [StrategySignal]
}

extension Strategy {
    package var companions: [CandleColumns] { [] }
}

/// A strategy that is fed one candle at a time, as it is live.
package protocol StreamingStrategy: Strategy {
    /// Takes the next closed candle.
    mutating func ingest(_ candle: CandleValues) -> StrategySignal.Action?
}

extension StreamingStrategy {
    package func signals(over candles: CandleColumns) -> [StrategySignal] {
        var state = self
        return candles.withReader { read in
            var signals: [StrategySignal] = []
            for index in 0..<candles.count {
                guard let action = state.ingest(read(index)) else { continue }
                signals.append(StrategySignal(candle: index, action: action))
            }
            return signals
        }
    }
}

/// A strategy's name, its version, and the parameters it runs with; any change starts a new record.
package struct StrategyIdentity: Hashable, Sendable {
    package var name: String
    package var version: Int
    /// By name, in the order they are shown.
    package var parameters: [Parameter]

    package struct Parameter: Hashable, Sendable {
        package var name: String
        package var value: Double

        package init(_ name: String, _ value: Double) {
            self.name = name
            self.value = value
        }
    }

    package init(name: String, version: Int, parameters: [Parameter]) {
        self.name = name
        self.version = version
        self.parameters = parameters
    }
}

/// What a strategy says at the close of one candle.
package struct StrategySignal: Hashable, Sendable {
    /// Index of the candle; what it asks for happens at the open of the next.
    package var candle: Int
    package var action: Action

    package enum Action: Hashable, Sendable {
        case enter(TradePlan)
        /// Leave what is open.
        case exit
    }

    package init(candle: Int, action: Action) {
        self.candle = candle
        self.action = action
    }
}
