import Foundation
package import Postgres

/// The schema's steps that this program was built with.
package enum SchemaMigrations {
    /// All of them in order, from the files beside the program.
    ///
    /// - Throws: ``SchemaMigrationsError`` when a file of the build is missing, unreadable or misnamed.
    package static func all() throws(SchemaMigrationsError) -> [Migration] {
        // Where the build puts them, also after both were moved together. `Bundle.module` looks there too, but ends the
        // process when there is nothing.
        let folder = Bundle.main.bundleURL.appendingPathComponent("TradePulse_Storage.resources/Migrations")
        guard let files = try? FileManager.default.contentsOfDirectory(atPath: folder.path) else {
            throw .folderMissing(folder.path)
        }
        var migrations: [Migration] = []
        for file in files.sorted() {
            guard let sql = try? String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8),
                let migration = Migration(fileName: file, sql: sql)
            else { throw .fileUnusable(file) }
            migrations.append(migration)
        }
        return migrations
    }
}

/// Why the schema's steps could not be read; the installation is incomplete.
package enum SchemaMigrationsError: Error, Hashable, Sendable, CustomStringConvertible {
    case folderMissing(String)
    case fileUnusable(String)

    package var description: String {
        switch self {
        case .folderMissing(let path): "the migrations are not beside the program: \(path) is missing"
        case .fileUnusable(let name): "the migration file \(name) is unreadable or not called like 0001_name.sql"
        }
    }
}
