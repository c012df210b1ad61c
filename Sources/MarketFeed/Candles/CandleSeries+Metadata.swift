import Logging
import Markets

extension CandleSeries {
    /// The fields of a log line about the series, with what went wrong.
    func metadata(_ error: any Error) -> Logger.Metadata {
        [
            "venue": "\(venue.rawValue)", "symbol": "\(symbol)", "interval": "\(interval.rawValue)",
            "error": "\(error)",
        ]
    }
}
