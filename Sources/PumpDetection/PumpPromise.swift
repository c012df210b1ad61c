/// What alerts are held to, written down before they were measured; `docs/pumps.md` says by which figures.
package struct PumpPromise: Hashable, Sendable {
    package var falseAlertsPerSymbolDay = 0.02
    /// Of the rises by 5 % within a minute on twenty times the usual volume.
    package var recall = 0.4
    package var medianDelaySeconds = 10

    package init() {}
}
