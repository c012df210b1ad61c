import Accounts
import Doorbells
import Foundation
import HTTPAPI
import Logging
import Postgres
import ServiceLifecycle
import Settings
import Storage

/// The secrets that accounts live by, read before anything is started.
struct AccountSecrets {
    let keys: SessionKeys
    let box: SecretBox
    /// Nil where access tokens are signed with keys from the database.
    let tokenSecret: TokenKey?

    /// Development makes what is missing.
    init(_ program: inout Program) throws {
        guard let keys = SessionKeys(secret: Secret(try program.secret(.jwtRefreshSecret))) else {
            throw ServerError("JWT_REFRESH_SECRET is too short to hash with")
        }
        let previous = program.settings[.encryptionKeyPrevious].map { [Secret($0)] } ?? []
        guard let box = SecretBox(secrets: [Secret(try program.secret(.encryptionKey))] + previous) else {
            throw ServerError("ENCRYPTION_KEY is too short to seal with")
        }
        self.keys = keys
        self.box = box
        guard program.settings.text(.jwtAlgorithm) == "HS256" else {
            tokenSecret = nil
            return
        }
        guard let secret = TokenKey(secret: Secret(try program.secret(.jwtSecret))) else {
            throw ServerError("JWT_SECRET is too short to sign with")
        }
        tokenSecret = secret
    }
}

/// Accounts with what runs beside them.
struct AccountParts {
    let accounts: AccountService
    let care: AccountCare
    let mailing: Mailing
    let answers: IdempotentAnswers
    let office: GuardOffice
    /// Seals what the database must hold but not know.
    let box: SecretBox
    /// What keeps the guard going, sends letters, and watches for new keys and for changes of standing.
    let services: [any Service]

    /// Puts them together; the first signing key is made where there is none.
    init(
        _ program: Program,
        on pool: PostgresPool,
        _ secrets: AccountSecrets,
        _ mail: MailSettings,
        _ doorbell: Doorbell
    ) async throws {
        let logger = program.logger
        box = secrets.box
        let hasher = try Server.hasher(program.settings)
        care = AccountCare(
            stores: .postgres(pool),
            hasher: hasher,
            box: secrets.box,
            links: mail.links,
            confirmsAddresses: program.settings[.emailVerification] == "true"
        )
        let alertMail = AlertMail(mail, box: secrets.box, pool: pool)
        office = try await GuardOffice(program.settings, pool: pool, mail: alertMail, logger: logger)
        mailing = try Mailing(mail, box: secrets.box, pool: pool, logger: logger)
        let ring = secrets.tokenSecret.map(KeyRing.init(secret:)) ?? KeyRing()
        let sessions = SessionService(
            store: .postgres(pool),
            audit: .postgres(pool),
            tokens: AccessTokens(ring: ring),
            keys: secrets.keys,
            observer: .announcing(
                by: care.reset,
                logger: logger,
                then: .telling(
                    .postgres(pool, doorbell: doorbell),
                    logger: logger,
                    then: .reporting(to: office.desk, logger: logger)
                )
            )
        )
        accounts = AccountService(
            users: .postgres(pool),
            audit: .postgres(pool),
            hasher: hasher,
            secondFactor: care.secondFactor,
            door: office.door,
            sessions: sessions
        )
        answers = IdempotentAnswers(store: .postgres(pool), box: secrets.box)
        sessions.onOwnChange { doorbell.ring(.standing) }
        let watch = StandingWatch(feed: .postgres(pool), sessions: sessions, doorbell: doorbell, logger: logger)
        // Takes its place before anybody is let in: whatever changes from now on is heard.
        try await watch.look()
        guard secrets.tokenSecret == nil else {
            services = [office, mailing.dispatcher, watch]
            return
        }
        let keys = SigningKeys(program, on: pool, box: secrets.box, ring: ring)
        try await keys.look()
        services = [office, mailing.dispatcher, keys, watch]
    }
}

extension SigningKeys {
    init(_ program: Program, on pool: PostgresPool, box: SecretBox, ring: KeyRing) {
        self.init(
            store: .postgres(pool),
            box: box,
            ring: ring,
            lifetime: TimeInterval(program.settings.integer(.jwtKeyDays)) * 86_400,
            logger: program.logger
        )
    }
}
