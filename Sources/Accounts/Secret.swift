/// A text that must not be seen: it prints as stars wherever it is described, dumped or interpolated.
package struct Secret: Hashable, Sendable {
    private let text: String

    package init(_ text: String) { self.text = text }

    /// The text itself, for the one place that needs it.
    package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "********" }
    package var debugDescription: String { "********" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
