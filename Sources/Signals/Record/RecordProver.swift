package import MerkleLog

/// Makes proofs of what the record holds.
///
/// It keeps the record's hashes, 64 bytes a leaf and some 50,000 leaves a year, and fetches only those that have come
/// since it was last asked.
package actor RecordProver {
    package struct Inclusion: Hashable, Sendable {
        package let root: MerkleHash
        package let proof: [MerkleHash]
    }

    package struct Consistency: Hashable, Sendable {
        package let from: MerkleHash
        package let to: MerkleHash
        package let proof: [MerkleHash]
    }

    private static let pageSize = 2_000

    private let record: SignalRecord
    private var tree = MerkleTree()

    package init(record: SignalRecord) { self.record = record }

    /// That a leaf is in the record of that size.
    ///
    /// - Returns: nil where the record never had that size, or the leaf came later.
    /// - Throws: the store's failure.
    package func inclusion(ofLeaf index: Int64, inSize size: Int64) async throws -> Inclusion? {
        try await grow(to: size)
        guard let root = tree.root(ofSize: size), let proof = tree.inclusionProof(ofLeaf: index, inSize: size) else {
            return nil
        }
        return Inclusion(root: root, proof: proof)
    }

    /// That the record of the second size goes on from that of the first.
    ///
    /// - Returns: nil unless 0 < first ≤ second, and the record has so many leaves.
    /// - Throws: the store's failure.
    package func consistency(from first: Int64, to second: Int64) async throws -> Consistency? {
        try await grow(to: second)
        guard let from = tree.root(ofSize: first), let to = tree.root(ofSize: second),
            let proof = tree.consistencyProof(from: first, to: second)
        else { return nil }
        return Consistency(from: from, to: to, proof: proof)
    }

    private func grow(to size: Int64) async throws {
        while tree.size < size {
            let page = try await record.entries(tree.size, Self.pageSize)
            // Another call may have added some of them meanwhile.
            for logged in page where logged.index == tree.size { tree.append(logged.leaf) }
            if page.isEmpty { return }
        }
    }
}
