/// Whether proofs hold, for who has a root and does not have the log (RFC 9162, 2.1.3.2 and 2.1.4.2).
package enum MerkleProofs {
    /// A log of 2⁶² leaves has proofs of 62 hashes; longer ones are refused unread.
    private static let longestProof = 63

    /// Whether the leaf stands at the index of the log of that size and root.
    package static func includes(
        _ leaf: MerkleHash,
        at index: Int64,
        inSize size: Int64,
        root: MerkleHash,
        proof: [MerkleHash]
    ) -> Bool {
        guard index >= 0, index < size, proof.count <= longestProof else { return false }
        var position = index
        var last = size - 1
        var hash = leaf
        for step in proof {
            guard last != 0 else { return false }
            if position & 1 == 1 || position == last {
                hash = .node(step, hash)
                while position & 1 == 0, position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                hash = .node(hash, step)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }

    /// Whether the log of the first size and root is the beginning of that of the second.
    ///
    /// A log of size 0 is the beginning of every other; its root is ``MerkleHash/empty`` and its proof empty.
    package static func isConsistent(
        from first: (size: Int64, root: MerkleHash),
        to second: (size: Int64, root: MerkleHash),
        proof: [MerkleHash]
    ) -> Bool {
        guard first.size >= 0, first.size <= second.size, proof.count <= longestProof else { return false }
        if first.size == second.size { return proof.isEmpty && first.root == second.root }
        if first.size == 0 { return proof.isEmpty && first.root == .empty }
        // A first log that is one whole subtree is its own beginning of the way, and left out of the proof.
        let path = first.size.nonzeroBitCount == 1 ? [first.root] + proof : proof
        guard let start = path.first else { return false }
        var position = first.size - 1
        var last = second.size - 1
        while position & 1 == 1 {
            position >>= 1
            last >>= 1
        }
        var old = start
        var new = start
        for step in path.dropFirst() {
            guard last != 0 else { return false }
            if position & 1 == 1 || position == last {
                old = .node(step, old)
                new = .node(step, new)
                while position & 1 == 0, position != 0 {
                    position >>= 1
                    last >>= 1
                }
            } else {
                new = .node(new, step)
            }
            position >>= 1
            last >>= 1
        }
        return last == 0 && old == first.root && new == second.root
    }
}
