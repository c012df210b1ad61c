import Foundation
import MerkleLog
import Postgres
import Signals

/// How a leaf gets its place: in the transaction that stores what it tells of.
extension PostgresConnection {
    /// Adds a leaf to the record; the record's end is locked until the transaction is committed, so append it late.
    func log(_ entry: RecordEntry, at now: Date) async throws -> RecordPlace {
        guard
            let row = try await query("SELECT size, peaks FROM signal_log_head FOR UPDATE").first,
            var frontier = MerkleFrontier(
                size: try row.decode("size"),
                peaks: try row.decode("peaks", as: String.self).split(separator: " ").compactMap {
                    MerkleHash(hex: String($0))
                }
            )
        else { throw PostgresError.unexpectedAnswer("the record's head is none") }
        let place = RecordPlace(index: frontier.size, leaf: entry.leaf)
        frontier.append(place.leaf)
        let peaks = frontier.peaks.map(\.hex).joined(separator: " ")
        _ = try await pipeline([
            """
            INSERT INTO signal_log (leaf_index, kind, signal_id, content, leaf_hash, logged_at)
            VALUES (\(place.index), \(entry.kind.rawValue), \(entry.signalID), \(entry.text),
                \(PostgresBytes(place.leaf.bytes)), \(now))
            """,
            "UPDATE signal_log_head SET size = \(frontier.size), peaks = \(peaks)",
        ])
        return place
    }
}
