/// What is wrong with the record, at the first place where something is.
package enum AuditFault: Hashable, Sendable {
    /// The entry is not the one that was written.
    case altered(sequence: Int64, id: String)
    /// The entry bears another user's name, or lost its name although the user is there.
    case renamed(sequence: Int64, id: String)
    /// The entry is not there; later ones are.
    case missing(sequence: Int64)
    /// This entry and all later ones are not there.
    case cut(sequence: Int64, last: Int64)
    /// An entry that went past the chain.
    case inserted(id: String)
    /// The entries up to this one, or some of them, were replaced by others that fit each other.
    case rewritten(sequence: Int64)
}

extension AuditFault: CustomStringConvertible {
    package var description: String {
        switch self {
        case .altered(let sequence, let id): "entry \(sequence) (\(id)) was altered"
        case .renamed(let sequence, let id): "entry \(sequence) (\(id)) does not name the user it was written about"
        case .missing(let sequence): "entry \(sequence) is missing"
        case .cut(let sequence, let last): "entries \(sequence) to \(last) were cut from the end"
        case .inserted(let id): "entry \(id) was put in past the chain"
        case .rewritten(let sequence): "entries up to \(sequence) were rewritten: its hash was another once"
        }
    }
}
