import Foundation

/// An installed PostgreSQL server: where its programs are, and its major version.
package struct ServerBinaries: Hashable, Sendable {
    package let directory: String
    /// `15`; for versions before 10, which had two numbers, `9.6`.
    package let majorVersion: String

    var initdb: String { directory + "/initdb" }
    var postgres: String { directory + "/postgres" }

    /// All that are installed, the newest first.
    ///
    /// - Throws: ``ClusterError/serverNotInstalled(searched:)``.
    package static func installed() throws(ClusterError) -> [ServerBinaries] {
        let directories = candidates()
        var found: [ServerBinaries] = []
        for directory in directories {
            let resolved = URL(fileURLWithPath: directory).resolvingSymlinksInPath().path
            guard !found.contains(where: { $0.directory == resolved }),
                FileManager.default.isExecutableFile(atPath: resolved + "/postgres"),
                FileManager.default.isExecutableFile(atPath: resolved + "/initdb"),
                let words = try? ChildProcess.output(of: [resolved + "/postgres", "--version"]),
                let version = majorVersion(of: words)
            else { continue }
            found.append(ServerBinaries(directory: resolved, majorVersion: version))
        }
        guard !found.isEmpty else { throw .serverNotInstalled(searched: directories) }
        return found.sorted { $0.majorVersion.compare($1.majorVersion, options: .numeric) == .orderedDescending }
    }

    private static func candidates() -> [String] {
        var directories: [String] = []
        if let path = ChildProcess.find("pg_config"), let words = try? ChildProcess.output(of: [path, "--bindir"]) {
            directories.append(words.trimmingCharacters(in: .whitespacesAndNewlines))
        }
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        directories += versions.sorted().map { "/usr/lib/postgresql/\($0)/bin" }
        directories += ChildProcess.searchPath
        return directories
    }

    /// The version in `postgres (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)`.
    package static func majorVersion(of words: String) -> String? {
        guard let match = words.firstMatch(of: /\(PostgreSQL\) ([0-9]+)(?:\.([0-9]+))?/) else { return nil }
        guard let major = Int(match.1), major < 10, let minor = match.2 else { return String(match.1) }
        return "\(match.1).\(minor)"
    }
}
