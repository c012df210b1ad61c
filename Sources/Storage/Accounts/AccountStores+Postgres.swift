package import Accounts
package import Postgres

extension AccountStores {
    /// All of them in one database.
    package static func postgres(_ pool: PostgresPool) -> AccountStores {
        AccountStores(
            users: .postgres(pool),
            secondFactor: .postgres(pool),
            guesses: .postgres(pool),
            registration: .postgres(pool),
            recovery: .postgres(pool),
            owner: .postgres(pool),
            profile: .postgres(pool),
            audit: .postgres(pool)
        )
    }
}
