import APIContract
import Accounts
import Foundation
import Liquidations
import MarketFeed
import Markets
import Signals

extension SignalStatsView {
    init(_ tally: SignalTally, _ query: SignalTallyQuery) {
        let all = SignalStatistics(tally.results)
        let ways = Dictionary(grouping: tally.results, by: \.outcome)
        let papers = Dictionary(tally.results.map { ($0.strategy.title, $0.strategy.isPaper) }) { first, _ in first }
        self.init(
            period: query.period.rawValue,
            from: query.from?.iso8601,
            asOf: query.sight.until.iso8601,
            count: all.count,
            wins: all.wins,
            losses: all.losses,
            open: tally.open,
            winRate: all.winRate,
            winRateInterval95: all.winRateInterval.map { [$0.lowerBound, $0.upperBound] },
            averagePnl: all.averagePercent,
            expectancyR: all.expectancyR,
            profitFactor: all.profitFactor,
            maxDrawdown: all.maxDrawdown,
            calibration: all.calibration.map(CalibrationBinView.init),
            brierScore: all.brierScore,
            outcomes: Dictionary(
                uniqueKeysWithValues: SignalOutcome.allCases.map { ($0.rawValue, ways[$0]?.count ?? 0) }
            ),
            byStrategy: tally.groups(\.strategy.title).map {
                SignalGroupView($0.name, paper: papers[$0.name], $0.statistics)
            },
            bySymbol: tally.groups(\.symbol.text).map { SignalGroupView($0.name, $0.statistics) },
            byTier: tally.groups(\.minTier.rawValue).map { SignalGroupView($0.name, $0.statistics) },
            byDirection: tally.groups(\.direction.rawValue).map { SignalGroupView($0.name, $0.statistics) },
            delivered: tally.delivered.map(DeliveredGroupView.init)
        )
    }
}

extension Signal.Strategy {
    /// With its version, since another is a record of its own.
    fileprivate var title: String { "\(name)/\(version)" }
}

extension SignalGroupView {
    fileprivate init(_ name: String, paper: Bool? = nil, _ statistics: SignalStatistics) {
        self.init(
            name: name,
            paper: paper,
            count: statistics.count,
            wins: statistics.wins,
            losses: statistics.losses,
            winRate: statistics.winRate,
            winRateInterval95: statistics.winRateInterval.map { [$0.lowerBound, $0.upperBound] },
            averagePnl: statistics.averagePercent,
            expectancyR: statistics.expectancyR,
            profitFactor: statistics.profitFactor,
            maxDrawdown: statistics.maxDrawdown,
            brierScore: statistics.brierScore
        )
    }
}

extension DeliveredGroupView {
    fileprivate init(_ delivery: SignalTally.Delivery) {
        let statistics = SignalStatistics(delivery.results)
        self.init(
            tier: delivery.tier.rawValue,
            delaySeconds: Entitlements.of(delivery.tier).signalDelaySeconds,
            count: statistics.count,
            missed: delivery.missed,
            wins: statistics.wins,
            losses: statistics.losses,
            winRate: statistics.winRate,
            winRateInterval95: statistics.winRateInterval.map { [$0.lowerBound, $0.upperBound] },
            averagePnl: statistics.averagePercent,
            expectancyR: statistics.expectancyR,
            profitFactor: statistics.profitFactor,
            maxDrawdown: statistics.maxDrawdown
        )
    }
}

extension CalibrationBinView {
    fileprivate init(_ bin: SignalStatistics.CalibrationBin) {
        self.init(from: bin.from, to: bin.to, count: bin.count, predicted: bin.predicted, observed: bin.observed)
    }
}

extension SignalPlanView {
    init(
        _ plan: SignalPlan,
        of signal: Signal,
        _ terms: SignalPlan.Terms,
        _ entry: MaintenanceTable.Entry,
        version: String
    ) {
        let price = plan.liquidationPrice.flatMap { FixedPoint(rounding: $0, places: 8) }
        self.init(
            signalId: signal.id.uuidString.lowercased(),
            exchange: terms.venue.rawValue,
            direction: signal.levels.direction.rawValue,
            entryPrice: signal.levels.entry.description,
            stopLoss: signal.levels.stop.description,
            balance: terms.balance.description,
            riskPercent: terms.riskPercent.double,
            riskAmount: plan.riskAmount.description,
            quantity: plan.quantity.description,
            quantityStep: terms.step.description,
            notional: plan.notional.description,
            lossAtStop: plan.lossAtStop.description,
            leverage: plan.leverage,
            maxLeverage: plan.maxLeverage,
            margin: plan.margin.description,
            liquidationPrice: price?.description,
            feePercent: terms.costs.fee * 100,
            slippagePercent: terms.costs.slippage * 100,
            stopBufferPercent: SignalPlan.stopBuffer * 100,
            maintenanceRate: plan.tier.rate,
            maintenanceAmount: FixedPoint(rounding: plan.tier.amount, places: 8)?.description ?? "0",
            tier: plan.tierNumber,
            tiersVersion: version,
            tiersSource: entry.source,
            limitedBy: plan.limit?.rawValue
        )
    }
}

extension APIError {
    init(plan error: SignalPlanError) {
        switch error {
        case .belowOneStep:
            self = .invalid("balance", .outOfRange, "One step of the venue's would lose more than was chosen.")
        case .stopBeyondLiquidation:
            self = .invalid("exchange", .outOfRange, "On this venue the liquidation comes before the stop.")
        case .outOfRange: self = .invalid("balance", .outOfRange, "This cannot be reckoned with.")
        }
    }
}
