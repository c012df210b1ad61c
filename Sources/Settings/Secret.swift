/// Text that must not be seen: it prints as stars wherever it is printed, dumped or interpolated.
package struct Secret: Hashable, Sendable {
    /// The text itself; pass it on, never log it.
    package let reveal: String

    package init(_ text: String) { reveal = text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "****" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
