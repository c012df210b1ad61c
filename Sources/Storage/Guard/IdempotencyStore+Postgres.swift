import Foundation
package import Guard
package import Postgres

extension IdempotencyStore {
    /// Answers in the table `idempotency_keys`.
    package static func postgres(_ pool: PostgresPool) -> IdempotencyStore {
        IdempotencyStore(
            begin: { attempt in
                let answers = try await pool.pipeline([taking(attempt), forgetting(attempt), reading(attempt)])
                // A key that was given back in between is free a moment later.
                guard let row = answers[2].first else { return .underWay }
                return try verdict(on: attempt, row)
            },
            finish: { attempt, answer in
                try await pool.execute(
                    """
                    UPDATE idempotency_keys SET status = \(answer.status)::int2, sealed_body = \(answer.sealedBody),
                        content_type = \(answer.contentType.postgresValue)
                    WHERE user_id = \(attempt.userID) AND key = \(attempt.key) AND attempt = \(attempt.id)
                    """
                )
            },
            abandon: { attempt in
                try await pool.execute(
                    """
                    DELETE FROM idempotency_keys
                    WHERE user_id = \(attempt.userID) AND key = \(attempt.key) AND attempt = \(attempt.id)
                        AND status IS NULL
                    """
                )
            }
        )
    }

    /// Takes a key that is free: new, older than a day, or held by an attempt of the same request that is gone.
    private static func taking(_ attempt: IdempotentAttempt) -> PostgresQuery {
        let now = attempt.startedAt
        return """
            INSERT INTO idempotency_keys AS kept (
                user_id, key, fingerprint, attempt, held_until, created_at, expires_at
            )
            VALUES (
                \(attempt.userID), \(attempt.key), \(attempt.fingerprint), \(attempt.id),
                \(now.addingTimeInterval(IdempotentAttempt.heldSeconds)), \(now),
                \(now.addingTimeInterval(IdempotentAttempt.keptSeconds))
            )
            ON CONFLICT (user_id, key) DO UPDATE SET
                fingerprint = excluded.fingerprint, attempt = excluded.attempt, held_until = excluded.held_until,
                status = NULL, content_type = NULL, sealed_body = NULL, created_at = excluded.created_at,
                expires_at = excluded.expires_at
            WHERE kept.expires_at <= excluded.created_at
                OR (kept.status IS NULL AND kept.held_until <= excluded.created_at
                    AND kept.fingerprint = excluded.fingerprint)
            """
    }

    private static func forgetting(_ attempt: IdempotentAttempt) -> PostgresQuery {
        """
        DELETE FROM idempotency_keys WHERE user_id = \(attempt.userID) AND key IN (
            SELECT key FROM idempotency_keys WHERE user_id = \(attempt.userID)
            ORDER BY created_at DESC OFFSET \(IdempotentAttempt.keysPerUser)::int8
        )
        """
    }

    private static func reading(_ attempt: IdempotentAttempt) -> PostgresQuery {
        """
        SELECT fingerprint, attempt, status, content_type, sealed_body FROM idempotency_keys
        WHERE user_id = \(attempt.userID) AND key = \(attempt.key)
        """
    }

    private static func verdict(on attempt: IdempotentAttempt, _ row: PostgresRow) throws -> IdempotencyVerdict {
        if try row.decode("attempt", as: UUID.self) == attempt.id { return .begun }
        guard try row.decode("fingerprint", as: [UInt8].self) == attempt.fingerprint else { return .keyReused }
        guard let status = try row.decode("status", as: Int?.self) else { return .underWay }
        return .answered(
            KeptAnswer(
                status: status,
                contentType: try row.decode("content_type"),
                sealedBody: try row.decode("sealed_body")
            )
        )
    }
}
