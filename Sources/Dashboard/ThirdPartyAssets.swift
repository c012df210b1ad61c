/// The files that are not ours and not in the repository; `scripts/fetch-assets` fetches and verifies them, and
/// `index.html` names each with its digest, so that a browser refuses any other bytes.
package enum ThirdPartyAssets {
    /// TradingView Lightweight Charts™, Apache-2.0.
    package static let chart = "lightweight-charts-4.1.3.js"

    package static let names = [chart]
}
