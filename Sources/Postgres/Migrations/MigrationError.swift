/// Why the schema and the program do not fit each other.
package enum MigrationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The database lacks these migrations of the program.
    case behind(missing: [Int])
    /// These migrations were applied with another text, or under another name, than the program has.
    case changed([Int])
    /// The database has these migrations that the program does not know: a newer program was here.
    case unknown([Int])
    /// The program's own migrations are not numbered 1, 2, 3, ….
    case misnumbered([Int])
    /// A migration failed, and with it nothing of it was done.
    case failed(number: Int, PostgresError)

    package var description: String {
        switch self {
        case .behind(let numbers): "the schema lacks the migrations \(numbers); run `tradepulse migrate`"
        case .changed(let numbers): "the migrations \(numbers) were changed after they had been applied"
        case .unknown(let numbers): "the schema has the migrations \(numbers), which this version does not know"
        case .misnumbered(let numbers): "the program's migrations are numbered \(numbers)"
        case .failed(let number, let error): "migration \(number) failed: \(error)"
        }
    }
}
