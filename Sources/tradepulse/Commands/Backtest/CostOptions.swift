import ArgumentParser
import Backtesting

/// What trading costs, as options.
struct CostOptions: ParsableArguments {
    @Option(help: "Fee of orders at the market, as a part of the notional: 0.001 is 0.1 %.")
    var takerFee = 0.001

    @Option(help: "Fee of targets, which wait in the book.")
    var makerFee = 0.001

    @Option(help: "How much worse than the price orders at the market are filled, as a part of it.")
    var slippage = 0.0

    @Option(help: "What a long position pays every --funding-hours, as a part of its notional.")
    var funding = 0.0

    @Option(help: "Hours between funding times.")
    var fundingHours = 8

    func validate() throws {
        for part in [takerFee, makerFee, slippage, funding] where !(part.magnitude < 0.5) {
            throw ValidationError("Fees, slippage and funding are parts below 0.5, not percent.")
        }
        guard slippage >= 0 else { throw ValidationError("--slippage is 0 or more.") }
        guard (1...24).contains(fundingHours) else { throw ValidationError("--funding-hours takes 1 to 24.") }
    }

    var costs: TradingCosts {
        TradingCosts(
            takerFee: takerFee,
            makerFee: makerFee,
            slippage: slippage,
            fundingRate: funding,
            fundingHours: fundingHours
        )
    }
}
