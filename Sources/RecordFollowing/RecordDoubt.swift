/// Why a client believes the record of signals no more: what it was shown and what it is shown now cannot both be true.
package enum RecordDoubt: Error, Hashable, Sendable {
    /// What was sent cannot be read as what it should be.
    case unreadable(field: String)
    /// Not signed by the key that the client knows.
    case unsigned
    /// A checkpoint of fewer entries than one before: the end was cut off.
    case cut(from: Int64, to: Int64)
    /// Another record than the one that was shown before, or than others are shown.
    case forked(size: Int64)
    /// The entry is not in the record that the checkpoint is of.
    case unrecorded(signal: String)
    /// A signal that was shown before, and of which the record is said to hold nothing.
    case withdrawn(signal: String)
    /// The signal is shown with another value than it was recorded with.
    case shownOtherwise(signal: String, field: String)
    /// The signal says that it is older than the record was when it came.
    case backDated(signal: String)
}

extension RecordDoubt: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreadable(let field): "`\(field)` cannot be read"
        case .unsigned: "the checkpoint is not signed by the key that is known"
        case .cut(let from, let to): "the record had \(from) entries and has \(to) now"
        case .forked(let size): "the record of \(size) entries does not go on from the one that was shown"
        case .unrecorded(let signal): "signal \(signal) is not in the record"
        case .withdrawn(let signal): "signal \(signal) was shown, and is gone from the record"
        case .shownOtherwise(let signal, let field): "signal \(signal) was recorded with another `\(field)`"
        case .backDated(let signal): "signal \(signal) is dated before the record held it"
        }
    }
}
