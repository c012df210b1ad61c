package import Foundation

/// What is wrong with the record, at the first place where something is.
package enum RecordFault: Hashable, Sendable {
    /// The leaf is not the one that was written.
    case altered(index: Int64, signal: UUID)
    /// The leaf is not there; later ones are.
    case missing(index: Int64)
    /// The leaves from there on are not there, although so many were.
    case cut(from: Int64, size: Int64)
    /// The record had another root when it had that size: leaves were replaced by others that fit each other.
    case rewritten(size: Int64)
    /// The leaf says that the signal is older than the record was when it came.
    case backDated(index: Int64, signal: UUID)
    /// What is shown of the signal is not what the record holds of it.
    case shownOtherwise(signal: UUID)
    /// A signal, or its end, that the record does not hold.
    case unrecorded(signal: UUID)
    /// A signal that the record holds and nobody is shown any more.
    case hidden(signal: UUID)
    /// A checkpoint that none of the keys signed.
    case unsigned(size: Int64)
}

extension RecordFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .altered(let index, let signal): "entry \(index) (\(name(signal))) was altered"
        case .missing(let index): "entry \(index) is missing"
        case .cut(let from, let size): "entries from \(from) on were cut from the end; there were \(size)"
        case .rewritten(let size): "the first \(size) entries were rewritten: their root was another once"
        case .backDated(let index, let signal): "entry \(index) (\(name(signal))) is dated before it can have come"
        case .shownOtherwise(let signal): "signal \(name(signal)) is not shown as it was recorded"
        case .unrecorded(let signal): "signal \(name(signal)), or its end, went past the record"
        case .hidden(let signal): "signal \(name(signal)) is recorded and not there any more"
        case .unsigned(let size): "the checkpoint of size \(size) was signed by no known key"
        }
    }

    private func name(_ signal: UUID) -> String { signal.uuidString.lowercased() }
}
