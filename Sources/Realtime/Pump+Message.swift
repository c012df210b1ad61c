package import APIContract
import Foundation
import MarketFeed
import Markets
package import PumpDetection
import StrictJSON

extension PumpView {
    /// The pump as clients see it, in lists and on the channel alike.
    package init(_ pump: Pump) {
        self.init(
            id: pump.id.uuidString.lowercased(),
            symbol: pump.symbol.text,
            exchange: pump.venue.rawValue,
            changePercent: pump.changePercent.rounded(toPlaces: 2),
            volumeRatio: pump.volumeRatio.rounded(toPlaces: 1),
            score: pump.score.rounded(toPlaces: 3),
            status: pump.status.rawValue,
            late: pump.isLate,
            triggers: pump.triggers.map {
                PumpTriggerView(code: $0.kind.rawValue, label: $0.kind.label, weight: $0.weight.rounded(toPlaces: 3))
            },
            startedAt: pump.startedAt.iso8601,
            endedAt: pump.endedAt?.iso8601,
            priceAtStart: pump.priceAtStart.description,
            peakPrice: pump.peakPrice.description
        )
    }
}

extension Pump {
    /// The message on the channel, without what the channel puts in front.
    package var message: String { String(decoding: WireJSON.encode(PumpView(self)), as: UTF8.self) }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        let scale = [1.0, 10, 100, 1_000][places]
        return (self * scale).rounded() / scale
    }
}
