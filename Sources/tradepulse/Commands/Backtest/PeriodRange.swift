import ArgumentParser
import Foundation
import Indicators

/// A period or a range of them as an option: `20` or `5...30`.
struct PeriodRange: ExpressibleByArgument {
    let periods: ClosedRange<Int>

    init(_ periods: ClosedRange<Int>) { self.periods = periods }

    init?(argument: String) {
        let ends = argument.components(separatedBy: "...").map { Int($0) }
        switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
        case (1, let only?, _) where (1...IndicatorPeriod.longest).contains(only): periods = only...only
        case (2, let first?, let last?) where first > 0 && first <= last && last <= 10_000: periods = first...last
        default: return nil
        }
    }

    var defaultValueDescription: String {
        periods.count == 1 ? String(periods.lowerBound) : "\(periods.lowerBound)...\(periods.upperBound)"
    }
}
