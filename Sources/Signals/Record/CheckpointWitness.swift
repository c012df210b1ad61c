package import MerkleLog

/// Somebody outside who is told what the record is, so that no other can be put in its place later.
package struct CheckpointWitness: Sendable {
    /// For the log: a kind, never an address.
    package let name: String
    /// Milliseconds from one telling to the next; what was signed in between is covered by the later one.
    package let pause: Int64
    package let tell: @Sendable (_ checkpoint: SignedCheckpoint) async throws -> Void

    package init(
        name: String,
        pause: Int64,
        tell: @escaping @Sendable (_ checkpoint: SignedCheckpoint) async throws -> Void
    ) {
        self.name = name
        self.pause = pause
        self.tell = tell
    }
}

/// Tells witnesses of the latest checkpoint.
///
/// Nothing is queued: a later checkpoint goes on from an earlier one, so that the latest is all a witness needs. A witness
/// that fails is tried again with whatever is the latest after ``retryMilliseconds``. After a restart each is told once
/// more, since what was told is not kept.
package actor WitnessRounds {
    package static let retryMilliseconds: Int64 = 60_000

    private struct Standing {
        let witness: CheckpointWitness
        var told: Int64 = 0
        var notBefore = Int64.min
    }

    private var standings: [Standing]

    package init(_ witnesses: [CheckpointWitness]) { standings = witnesses.map { Standing(witness: $0) } }

    /// Tells those who have not heard of it and may be told again.
    ///
    /// - Parameters:
    ///   - latest: the largest checkpoint there is.
    ///   - now: milliseconds of a clock that does not go back.
    /// - Returns: the names of those that failed, with why.
    package func tell(_ latest: SignedCheckpoint, at now: Int64) async -> [(name: String, problem: any Error)] {
        var failed: [(name: String, problem: any Error)] = []
        for index in standings.indices {
            let standing = standings[index]
            guard standing.told < latest.checkpoint.size, standing.notBefore <= now else { continue }
            do {
                try await standing.witness.tell(latest)
                standings[index].told = latest.checkpoint.size
                standings[index].notBefore = now + standing.witness.pause
            } catch {
                standings[index].notBefore = now + Self.retryMilliseconds
                failed.append((standing.witness.name, error))
            }
        }
        return failed
    }
}
