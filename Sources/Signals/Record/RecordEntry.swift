package import Foundation
package import MerkleLog

/// What the record holds of a signal: its publication as one leaf, its end as another.
///
/// The text is what is hashed, and what whoever checks a proof is given: JSON with its keys sorted, numbers as they are
/// shown everywhere else.
package struct RecordEntry: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case publication, outcome
    }

    package let kind: Kind
    package let signalID: UUID
    package let text: String

    package init(kind: Kind, signalID: UUID, text: String) {
        self.kind = kind
        self.signalID = signalID
        self.text = text
    }

    package var leaf: MerkleHash { .leaf(Data(text.utf8)) }
}
