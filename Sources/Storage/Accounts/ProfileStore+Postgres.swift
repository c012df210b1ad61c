package import Accounts
import Foundation
package import Postgres

extension ProfileStore {
    /// Accounts in the table `users` and everything that refers to them.
    package static func postgres(_ pool: PostgresPool) -> ProfileStore {
        ProfileStore(
            change: { change in
                try await refusingTakenAddresses {
                    try await pool.withTransaction { try await $0.apply(change) }
                } orElse: {
                    throw AccountError.emailTaken
                }
            },
            emailMove: { tokenHash, now in
                try await pool.query(
                    """
                    SELECT user_id, email, new_email FROM account_tokens JOIN users ON users.id = user_id
                    WHERE token_hash = \(tokenHash) AND purpose = 'change_email'
                        AND used_at IS NULL AND expires_at > \(now)
                    """
                ).first.map { row in
                    EmailMove(
                        userID: try row.decode("user_id"),
                        old: try row.decode("email"),
                        new: try row.decode("new_email")
                    )
                }
            },
            moveEmail: { tokenHash, now, notice, entry in
                try await refusingTakenAddresses {
                    try await pool.withTransaction { try await $0.moveEmail(tokenHash, now, notice, entry) }
                } orElse: {
                    false
                }
            },
            export: { userID, entry in
                try await pool.execute(entry.insertion)
                return try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) {
                    try await AccountExport.document(of: userID, on: $0)
                }
            },
            erase: { userID, notice, entry in
                try await pool.withTransaction { connection in
                    // Locked before the entry refers to it: two erasures at once would wait for each other.
                    let account = try await connection.query("SELECT FROM users WHERE id = \(userID) FOR UPDATE")
                    guard !account.isEmpty else { return false }
                    try await connection.record(entry)
                    try await connection.execute(
                        "DELETE FROM registrations WHERE email = (SELECT email FROM users WHERE id = \(userID))"
                    )
                    try await connection.execute("DELETE FROM users WHERE id = \(userID)")
                    try await connection.put(notice)
                    return true
                }
            }
        )
    }

    /// An address may be taken between the question and the change; the schema decides.
    private static func refusingTakenAddresses<Value: Sendable>(
        _ work: () async throws -> Value,
        orElse: () throws -> Value
    ) async throws -> Value {
        do {
            return try await work()
        } catch let error as PostgresError where error.serverFailure?.constraint == "idx_users_email" {
            return try orElse()
        }
    }
}

extension PostgresConnection {
    fileprivate func apply(_ change: CheckedProfileChange) async throws {
        if let proof = change.proof { try await requirePassword(proof, of: change.userID) }
        if let hash = change.passwordHash {
            try await setPassword(hash, of: change.userID, at: change.now, sparing: change.sessionID)
        }
        if let name = change.displayName {
            try await execute("UPDATE users SET display_name = \(name.postgresValue) WHERE id = \(change.userID)")
        }
        if let percent = change.riskPercent {
            let text = percent.map { "\($0)" }
            try await execute(
                "UPDATE users SET risk_percent = \(text.postgresValue)::numeric WHERE id = \(change.userID)"
            )
        }
        if let email = change.email { try await apply(email, change) }
        for letter in change.letters { try await put(letter) }
        for entry in change.entries { try await record(entry) }
    }

    /// Of two changes on the strength of one password the second comes too late.
    private func requirePassword(_ hash: Secret, of userID: UUID) async throws {
        let account = try await query(
            "SELECT FROM users WHERE id = \(userID) AND password_hash = \(hash.reveal()) FOR NO KEY UPDATE"
        )
        guard !account.isEmpty else { throw OwnerCheckError.passwordWrong }
    }

    private func apply(_ email: EmailChange, _ change: CheckedProfileChange) async throws {
        switch email {
        case .now(let address):
            try await setEmail(address, of: change.userID, verifiedAt: nil, at: change.now)
        case .afterConfirmation(let link, let ifFree, let ifTaken):
            try await requireRoomForLetters()
            let taken = try await query("SELECT id FROM users WHERE email = \((link.newEmail?.text).postgresValue)")
            // As at registration: the address may know that it is taken, the asker may not. A letter that is not taken
            // leaves no link.
            if try await put(taken.isEmpty ? ifFree : ifTaken) { try await put(link) }
        }
    }

    fileprivate func moveEmail(
        _ tokenHash: String,
        _ now: Date,
        _ notice: SealedLetter,
        _ entry: AuditEntry
    ) async throws -> Bool {
        let address = try await query("SELECT new_email FROM account_tokens WHERE token_hash = \(tokenHash)").first
        guard let address, let userID = try await spend(tokenHash, .changeEmail, now) else { return false }
        try await setEmail(try address.decode("new_email"), of: userID, verifiedAt: now, at: now)
        try await put(notice)
        try await record(entry)
        return true
    }

    /// Links that were sent to the old address lead nowhere afterwards.
    private func setEmail(_ email: EmailAddress, of userID: UUID, verifiedAt: Date?, at now: Date) async throws {
        try await execute(
            "UPDATE users SET email = \(email.text), email_verified_at = \(verifiedAt.postgresValue) WHERE id = \(userID)"
        )
        try await execute(
            """
            UPDATE account_tokens SET used_at = \(now)
            WHERE user_id = \(userID) AND purpose IN ('reset_password', 'change_email') AND used_at IS NULL
            """
        )
    }
}
