import Foundation

/// Hashes passwords and checks them, on threads of its own and never more at once than memory allows.
package final class PasswordHasher: Sendable {
    private let parameters: Argon2Parameters
    private let pool: HashingPool
    /// What is checked when there is no account, so that it costs what checking an account costs.
    private let decoy: PasswordHash

    /// Starts the threads.
    ///
    /// - Parameters:
    ///   - parameters: what a new hash costs; older hashes are checked with their own and reported for renewal.
    ///   - workers: hashes computed at once, each with `parameters.memoryKiB` of memory.
    ///   - queueLimit: passwords that may wait; with 8 places and 0.2 s a hash nobody waits over 2 s for one worker.
    package init(
        parameters: Argon2Parameters = .standard,
        workers: Int = PasswordHasher.standardWorkers,
        queueLimit: Int = PasswordHasher.standardWorkers * 8
    ) {
        self.parameters = parameters
        pool = HashingPool(workers: workers, queueLimit: queueLimit)
        decoy = PasswordHash(
            parameters: parameters,
            salt: randomBytes(PasswordHash.saltLength),
            digest: randomBytes(PasswordHash.digestLength)
        )
    }

    /// One processor is left to serve everybody else; four workers hold 256 MiB at the standard cost.
    package static var standardWorkers: Int {
        min(4, max(1, ProcessInfo.processInfo.activeProcessorCount - 1))
    }

    /// Passwords being hashed or waiting to be.
    package var load: Int { pool.load }

    /// The PHC string of a new hash with a fresh salt.
    ///
    /// - Throws: ``AccountError/hashingBusy(retryAfterSeconds:)``, `CancellationError`, or a failure of the library.
    package func hash(_ password: Password) async throws -> String {
        let (bytes, parameters) = (password.bytes, parameters)
        return try await whenThereIsMemory {
            let salt = randomBytes(PasswordHash.saltLength)
            return try PasswordHash(of: bytes, salt: salt, parameters: parameters).phc
        }
    }

    /// What checking a password showed.
    package enum Verdict: Hashable, Sendable {
        case wrong
        case right
        /// Right, but hashed at another cost than today's: hash it again.
        case rightButOutdated
    }

    /// Checks the password against a stored hash; without one, takes as long and says ``Verdict/wrong``.
    ///
    /// - Throws: ``AccountError/hashingBusy(retryAfterSeconds:)``, `CancellationError`, or a failure of the library.
    package func check(_ password: Password, against stored: String?) async throws -> Verdict {
        // A stored text that is no hash of ours must not be quicker either.
        let known = stored.flatMap(PasswordHash.init(phc:))
        let hash = known ?? decoy
        let bytes = password.bytes
        let matches = try await whenThereIsMemory { try hash.matches(bytes) }
        guard matches, known != nil else { return .wrong }
        return hash.parameters == parameters ? .right : .rightButOutdated
    }

    /// A machine without memory for one more hash is busy; the next moment may be better.
    private func whenThereIsMemory<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        do {
            return try await pool.run(work)
        } catch PasswordHashError.outOfMemory {
            throw AccountError.hashingBusy(retryAfterSeconds: 1)
        }
    }
}
