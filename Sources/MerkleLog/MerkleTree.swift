/// A log's leaves in memory, to make proofs from.
///
/// Every complete subtree is hashed once, so that a proof costs O(log n) look-ups and a leaf 64 bytes.
package struct MerkleTree: Sendable {
    /// Hashes of the complete subtrees of 2ⁿ leaves, by n; the first are the leaves themselves.
    private var levels: [[MerkleHash]] = [[]]

    /// A tree of leaves in their order.
    package init(_ leaves: some Sequence<MerkleHash> = []) {
        for leaf in leaves { append(leaf) }
    }

    package var size: Int64 { Int64(levels[0].count) }

    package mutating func append(_ leaf: MerkleHash) {
        levels[0].append(leaf)
        var level = 0
        while levels[level].count.isMultiple(of: 2) {
            let pair = levels[level].suffix(2)
            guard let left = pair.first, let right = pair.last else { return }
            if levels.count == level + 1 { levels.append([]) }
            levels[level + 1].append(.node(left, right))
            level += 1
        }
    }

    /// The hash of the leaf; nil outside of the log.
    package func leaf(_ index: Int64) -> MerkleHash? {
        (0..<size).contains(index) ? levels[0][Int(index)] : nil
    }

    /// The hash of the log when it had so many leaves; nil when it never had.
    package func root(ofSize size: Int64) -> MerkleHash? {
        guard (0...self.size).contains(size) else { return nil }
        return size == 0 ? .empty : hash(0..<size)
    }

    /// The way from a leaf to the root of the log of that size (RFC 6962, 2.1.1); nil when the leaf is not in it.
    package func inclusionProof(ofLeaf index: Int64, inSize size: Int64) -> [MerkleHash]? {
        guard (0...self.size).contains(size), (0..<size).contains(index) else { return nil }
        var path: [MerkleHash] = []
        var range = 0..<size
        while range.count > 1 {
            let middle = range.lowerBound + Self.split(Int64(range.count))
            if index < middle {
                path.append(hash(middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                path.append(hash(range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        return path.reversed()
    }

    /// What shows that the log of the first size is the beginning of that of the second (RFC 6962, 2.1.2).
    ///
    /// - Returns: nil unless 0 < first ≤ second ≤ ``size``; empty where both are one.
    package func consistencyProof(from first: Int64, to second: Int64) -> [MerkleHash]? {
        guard first > 0, first <= second, second <= size else { return nil }
        var path: [MerkleHash] = []
        var range = 0..<second
        var isWhole = true
        while first != range.upperBound {
            let middle = range.lowerBound + Self.split(Int64(range.count))
            if first <= middle {
                path.append(hash(middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                path.append(hash(range.lowerBound..<middle))
                range = middle..<range.upperBound
                isWhole = false
            }
        }
        if !isWhole { path.append(hash(range)) }
        return path.reversed()
    }

    /// The largest power of two smaller than the count, which is at least 2.
    private static func split(_ count: Int64) -> Int64 { 1 << (63 - (count - 1).leadingZeroBitCount) }

    /// The hash over a range that begins where the tree would begin a subtree; not empty.
    private func hash(_ range: Range<Int64>) -> MerkleHash {
        let count = Int64(range.count)
        if count.nonzeroBitCount == 1 {
            let level = count.trailingZeroBitCount
            return levels[level][Int(range.lowerBound >> Int64(level))]
        }
        let middle = range.lowerBound + Self.split(count)
        return .node(hash(range.lowerBound..<middle), hash(middle..<range.upperBound))
    }
}
