import ArgumentParser
import Backtesting
import Indicators

/// How positions are left, as options.
struct ExitOptions: ParsableArguments {
    @Option(help: "Distance of the stop: a part of the price (0.02), or multiples of the average true range (1.5atr).")
    var stop: DistanceArgument?

    @Option(help: "Distance of a target, nearest first: a part, 1.5atr, or 2r for twice the stop's; may be repeated.")
    var target: [DistanceArgument] = []

    @Option(help: "Part of the position that is sold at each target, one for each --target; equal parts when left out.")
    var share: [Double] = []

    @Flag(help: "Move the stop to the entry once the first target is filled.")
    var breakeven = false

    @Option(help: "Let the stop follow the best price at this distance.")
    var trail: DistanceArgument?

    @Option(help: "Leave at the close after so many candles.")
    var longest: Int?

    func validate() throws {
        if case .risks = stop?.distance { throw ValidationError("--stop is a part of the price or such as 1.5atr.") }
        if case .risks = trail?.distance { throw ValidationError("--trail is a part of the price or such as 1.5atr.") }
        for (name, distance) in [("--stop", stop), ("--trail", trail)] {
            guard case .part(let part) = distance?.distance, part >= 1 else { continue }
            throw ValidationError("\(name) is a part of the price below 1, not percent.")
        }
        if let longest, longest < 1 { throw ValidationError("--longest takes a candle or more.") }
        for (near, far) in zip(target, target.dropFirst()) where near.distance.isBeyond(far.distance) {
            throw ValidationError("Each --target lies beyond the one before.")
        }
        guard share.allSatisfy({ $0 > 0 && $0 <= 1 }) else {
            throw ValidationError("--share takes a number above 0, up to 1.")
        }
        guard share.isEmpty || share.count == target.count else {
            throw ValidationError("Give one --share for each --target.")
        }
        guard share.isEmpty || (share.reduce(0, +) - 1).magnitude < 1e-9 else {
            throw ValidationError("The shares of the targets add up to 1.")
        }
    }

    var isAsked: Bool {
        stop != nil || trail != nil || longest != nil || breakeven || !target.isEmpty || !share.isEmpty
    }

    /// What was asked for, in place of what is usual.
    func rules(usual: ExitRules) -> ExitRules {
        var rules = usual
        if let stop { rules.stop = stop.distance }
        if !target.isEmpty {
            rules.targets = target.enumerated().map { index, target in
                ExitRules.Target(
                    distance: target.distance,
                    share: share.isEmpty ? 1 / Double(self.target.count) : share[index]
                )
            }
        } else if trail != nil {
            // Who trails a stop lets the gain run.
            rules.targets = []
        }
        rules.breakevenAfterFirstTarget = breakeven
        rules.trail = trail?.distance
        rules.longestCandles = longest
        return rules
    }
}

/// `0.02`, `1.5atr` or `2r`.
struct DistanceArgument: ExpressibleByArgument {
    let distance: ExitRules.Distance

    init?(argument: String) {
        let text = argument.lowercased()
        let unit = text.drop { $0.isNumber || $0 == "." }
        guard let figure = Double(text.dropLast(unit.count)), figure > 0, figure.isFinite else { return nil }
        switch unit {
        case "": distance = .part(figure)
        case "atr": distance = .ranges(figure)
        case "r": distance = .risks(figure)
        default: return nil
        }
    }
}

extension ExitRules.Distance {
    /// Whether it does not lie before another one that is told in the same unit.
    fileprivate func isBeyond(_ other: Self) -> Bool {
        switch (self, other) {
        case (.part(let own), .part(let other)), (.ranges(let own), .ranges(let other)),
            (.risks(let own), .risks(let other)):
            own >= other
        default: false
        }
    }
}
