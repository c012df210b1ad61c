package import APIContract
import Crypto
import Foundation
import MerkleLog

/// What a client keeps of the record of signals, and holds every further answer to.
///
/// It needs the key once, from wherever it trusts, and the last checkpoint it believed. An edited, deleted or back-dated
/// signal, a tail that was cut off and a record for this client alone are each found, as long as one checkpoint from before
/// was kept: by the client itself, or by another whose checkpoint it is given.
package struct RecordFollower: Sendable {
    /// Checkpoints that are kept to tell when the record had which size; the newest.
    private static let kept = 256

    private let key: Curve25519.Signing.PublicKey
    /// Believed ones, the smallest first.
    private var believed: [Checkpoint] = []

    /// - Parameter key: what `/signals/log/key` said when the client first met the server, or what the client came with.
    /// - Throws: ``RecordDoubt/unreadable(field:)``.
    package init(key: SignalLogKeyView) throws(RecordDoubt) {
        guard key.algorithm == "Ed25519", let bytes = Data(base64Encoded: key.publicKey),
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
        else { throw .unreadable(field: "publicKey") }
        self.key = key
    }

    /// Entries of the record as it was believed last; 0 before the first checkpoint.
    package var size: Int64 { believed.last?.size ?? 0 }

    // MARK: The record

    /// Believes a checkpoint that goes on from the last one.
    ///
    /// - Parameters:
    ///   - view: the checkpoint.
    ///   - growth: the proof of `/signals/log/consistency` from ``size`` to its size; nil for the first, and where the size
    ///     is the same.
    /// - Throws: ``RecordDoubt``; nothing is believed then that was not before.
    package mutating func believe(
        _ view: SignalCheckpointView,
        growth: SignalConsistencyView?
    ) throws(RecordDoubt) {
        let checkpoint = try checked(view)
        guard let last = believed.last else {
            believed = [checkpoint]
            return
        }
        guard checkpoint.size >= last.size else { throw .cut(from: last.size, to: checkpoint.size) }
        // Who has more was there later.
        guard checkpoint.size == last.size || checkpoint.signedAt >= last.signedAt else {
            throw .forked(size: checkpoint.size)
        }
        try goesOn(from: last, to: checkpoint, growth)
        guard checkpoint.size > last.size else { return }
        believed.append(checkpoint)
        if believed.count > Self.kept { believed.removeFirst() }
    }

    /// Compares with a checkpoint that somebody else was shown: both must be of one record.
    ///
    /// - Parameters:
    ///   - other: theirs.
    ///   - growth: the proof from the smaller of the two to the larger; nil where they are of one size.
    /// - Throws: ``RecordDoubt/forked(size:)`` where there are two records.
    package func compare(_ other: SignalCheckpointView, growth: SignalConsistencyView?) throws(RecordDoubt) {
        let theirs = try checked(other)
        guard let ours = believed.last else { return }
        if theirs.size < ours.size {
            try goesOn(from: theirs, to: ours, growth)
        } else {
            try goesOn(from: ours, to: theirs, growth)
        }
    }

    private func checked(_ view: SignalCheckpointView) throws(RecordDoubt) -> Checkpoint {
        guard let root = MerkleHash(hex: view.rootHash) else { throw .unreadable(field: "rootHash") }
        guard let signature = Data(base64Encoded: view.signature) else { throw .unreadable(field: "signature") }
        guard let signedAt = Instant.milliseconds(view.signedAt) else { throw .unreadable(field: "signedAt") }
        guard view.origin == RecordedEntry.origin else { throw .unreadable(field: "origin") }
        let checkpoint = Checkpoint(origin: view.origin, size: view.size, root: root, signedAt: signedAt)
        let signed = SignedCheckpoint(checkpoint: checkpoint, keyID: view.keyId, signature: signature)
        guard signed.isSigned(by: key) else { throw .unsigned }
        return checkpoint
    }

    private func goesOn(
        from first: Checkpoint,
        to second: Checkpoint,
        _ growth: SignalConsistencyView?
    ) throws(RecordDoubt) {
        let proof = try Self.hashes(growth?.proof ?? [])
        guard
            MerkleProofs.isConsistent(
                from: (first.size, first.root),
                to: (second.size, second.root),
                proof: proof
            )
        else { throw .forked(size: second.size) }
    }

    private static func hashes(_ texts: [String]) throws(RecordDoubt) -> [MerkleHash] {
        let hashes = texts.compactMap { MerkleHash(hex: $0) }
        guard hashes.count == texts.count else { throw .unreadable(field: "proof") }
        return hashes
    }

    // MARK: Signals

    /// Holds a signal, as it was shown, to the record as it was believed last.
    ///
    /// - Parameters:
    ///   - signal: as it was shown, now or at any time before.
    ///   - publication: the proof of `/signals/log/inclusion/:id?size=` for ``size``; nil where the server has none.
    ///   - outcome: the proof of its end; nil while it is active.
    /// - Throws: ``RecordDoubt``.
    package func check(
        _ signal: SignalView,
        publication: SignalInclusionView?,
        outcome: SignalInclusionView? = nil
    ) throws(RecordDoubt) {
        guard let publication else { throw .withdrawn(signal: signal.id) }
        let index = try included(publication, of: signal)
        if let shown = signal.proof, shown.leafIndex != index || shown.leafHash != publication.leafHash {
            throw .shownOtherwise(signal: signal.id, field: "proof")
        }
        let recorded = try RecordedEntry.Publication(publication.content)
        if let field = recorded.difference(from: signal) { throw .shownOtherwise(signal: signal.id, field: field) }
        // The record was smaller when this was signed, and so the signal came later, whatever it says.
        if let before = believed.last(where: { $0.size <= index }),
            recorded.createdAt < before.signedAt - Checkpoint.slackMilliseconds
        {
            throw .backDated(signal: signal.id)
        }
        guard signal.status != "active" else { return }
        guard let outcome else { throw .unrecorded(signal: signal.id) }
        _ = try included(outcome, of: signal)
        let end = try RecordedEntry.Outcome(outcome.content)
        if let field = end.difference(from: signal) { throw .shownOtherwise(signal: signal.id, field: field) }
    }

    /// Where the entry stands in the record.
    private func included(_ view: SignalInclusionView, of signal: SignalView) throws(RecordDoubt) -> Int64 {
        guard let checkpoint = believed.last(where: { $0.size == view.size }) else {
            throw .unreadable(field: "size")
        }
        let leaf = MerkleHash.leaf(Data(view.content.utf8))
        guard leaf.hex == view.leafHash,
            MerkleProofs.includes(
                leaf,
                at: view.leafIndex,
                inSize: checkpoint.size,
                root: checkpoint.root,
                proof: try Self.hashes(view.proof)
            )
        else { throw .unrecorded(signal: signal.id) }
        return view.leafIndex
    }
}
