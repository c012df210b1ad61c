package import Accounts
import Foundation
package import Postgres

extension GuessCounter {
    /// Tries in the table `account_guesses`.
    package static func postgres(_ pool: PostgresPool) -> GuessCounter {
        GuessCounter(
            count: { userID, kind, now in
                guard let row = try await pool.query(counting(userID, kind, now)).first else { return nil }
                return try row.decode("was_refused") ? try row.decode("paused_until") : nil
            },
            forget: { userID, kind in
                try await pool.execute(
                    "DELETE FROM account_guesses WHERE user_id = \(userID) AND kind = \(kind.rawValue)"
                )
            }
        )
    }

    /// The row's lock puts tries of one moment in order, so each sees the count of those before it.
    private static func counting(_ userID: UUID, _ kind: GuessLimit.Kind, _ now: Date) -> PostgresQuery {
        """
        INSERT INTO account_guesses AS guess (user_id, kind, tries) VALUES (\(userID), \(kind.rawValue), 1)
        ON CONFLICT (user_id, kind) DO UPDATE SET
            tries = guess.tries + 1,
            was_refused = coalesce(guess.paused_until > \(now), false),
            paused_until = CASE
                WHEN guess.paused_until > \(now) THEN guess.paused_until
                WHEN guess.tries + 1 >= \(GuessLimit.triesBeforePause) THEN
                    \(now)::timestamptz + make_interval(secs => least(
                        \(GuessLimit.longestPauseSeconds)::float8,
                        \(GuessLimit.firstPauseSeconds)::float8
                            * 2 ^ least(guess.tries + 1 - \(GuessLimit.triesBeforePause), 20)
                    ))
            END
        RETURNING was_refused, paused_until
        """
    }
}
