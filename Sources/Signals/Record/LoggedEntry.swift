import Foundation
package import MerkleLog

/// A leaf of the record as it is stored.
package struct LoggedEntry: Hashable, Sendable {
    /// From 0 on, without a hole.
    package let index: Int64
    package let entry: RecordEntry
    package let leaf: MerkleHash

    package init(index: Int64, entry: RecordEntry, leaf: MerkleHash) {
        self.index = index
        self.entry = entry
        self.leaf = leaf
    }
}

/// Where in the record something stands.
package struct RecordPlace: Hashable, Sendable {
    package let index: Int64
    package let leaf: MerkleHash

    package init(index: Int64, leaf: MerkleHash) {
        self.index = index
        self.leaf = leaf
    }
}

/// What the record was at some moment: its size and its root.
package struct RecordHead: Hashable, Sendable {
    package let size: Int64
    package let root: MerkleHash

    package init(size: Int64, root: MerkleHash) {
        self.size = size
        self.root = root
    }

    /// Reads `SIZE:ROOT`.
    package init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let size = Int64(parts[0]), size >= 0, let root = MerkleHash(hex: String(parts[1]))
        else {
            return nil
        }
        self.init(size: size, root: root)
    }

    package var text: String { "\(size):\(root)" }
}
