import Accounts
package import Channels
package import Postgres

/// How a message gets its number: in the transaction that stores what it tells of.
extension PostgresConnection {
    /// Puts a message at the end of its channel; every process sends it once the transaction is committed, and at once
    /// when the doorbell is rung then.
    ///
    /// The channel is locked until then, so that numbers have no holes and are seen in their order: append last. A
    /// transaction that appends to several channels must do so in one order everywhere, or be ready to run again.
    ///
    /// - Parameters:
    ///   - draft: the message.
    ///   - name: the channel's in the database, where a world has one of its own.
    /// - Returns: its number.
    /// - Throws: `PostgresError`.
    @discardableResult
    package func append(_ draft: ChannelDraft, named name: String? = nil) async throws -> Int64 {
        let name = name ?? draft.channel.name
        guard let row = try await query(insertion(of: draft, named: name)).first else {
            throw PostgresError.unexpectedAnswer("no sequence")
        }
        let sequence: Int64 = try row.decode("sequence")
        // Some at a time, so that an append rarely costs a second statement.
        if sequence.isMultiple(of: 20) {
            try await forget(upTo: sequence - Int64(draft.channel.keptMessages), of: name)
        }
        return sequence
    }

    private func insertion(of draft: ChannelDraft, named name: String) -> PostgresQuery {
        """
        WITH counter AS (
            INSERT INTO channels AS known (name, user_id, last_sequence)
            VALUES (\(name), \(draft.channel.owner.postgresValue)::uuid, 1)
            ON CONFLICT (name) DO UPDATE
                SET last_sequence = known.last_sequence + 1, transaction_id = pg_current_xact_id()
            RETURNING name, last_sequence
        )
        INSERT INTO channel_messages (channel, sequence, payload, min_tier, locked_payload, created_at)
        SELECT name, last_sequence, \(draft.payload)::json, \(draft.lock?.minTier.rawValue ?? "free"),
            \((draft.lock?.payload).postgresValue)::json, \(draft.createdAt)
        FROM counter
        RETURNING sequence
        """
    }

    private func forget(upTo sequence: Int64, of channel: String) async throws {
        try await execute("DELETE FROM channel_messages WHERE channel = \(channel) AND sequence <= \(sequence)")
    }
}
