/// What of a log is needed to add to it and to name its root: the roots of its complete subtrees, at most 63.
package struct MerkleFrontier: Hashable, Sendable {
    /// Leaves so far.
    package private(set) var size: Int64
    /// One for each bit of the size that is set, the largest subtree first.
    package private(set) var peaks: [MerkleHash]

    /// The frontier of a log without leaves.
    package static let empty = MerkleFrontier()

    private init() {
        size = 0
        peaks = []
    }

    /// Nil unless there is one peak for each bit of the size.
    package init?(size: Int64, peaks: [MerkleHash]) {
        guard size >= 0, peaks.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.peaks = peaks
    }

    /// Adds a leaf.
    package mutating func append(_ leaf: MerkleHash) {
        var hash = leaf
        var level = size
        while level & 1 == 1 {
            hash = .node(peaks.removeLast(), hash)
            level >>= 1
        }
        peaks.append(hash)
        size += 1
    }

    /// The hash of the whole log.
    package var root: MerkleHash {
        guard var hash = peaks.last else { return .empty }
        for peak in peaks.dropLast().reversed() { hash = .node(peak, hash) }
        return hash
    }
}
