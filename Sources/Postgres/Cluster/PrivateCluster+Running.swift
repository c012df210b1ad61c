import Foundation

extension PrivateCluster {
    /// How to reach the cluster in a data directory whose program is running, for a second program beside it.
    ///
    /// Nothing is started, and whoever joins stops nothing: with the first program the server ends.
    ///
    /// - Parameter dataDirectory: the other program's `DATA_DIR`.
    /// - Returns: nil when no server runs there.
    /// - Throws: ``ClusterError`` when the directory is unusable.
    package static func running(in dataDirectory: String) throws -> PostgresConfiguration? {
        let layout = try ClusterLayout(dataDirectory: dataDirectory)
        // Process, data directory, start, port, socket's directory, …, status: the server keeps it up to date.
        guard let text = try? String(contentsOfFile: layout.postmasterFile, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 5, let process = pid_t(lines[0]), let port = Int(lines[3]), !lines[4].isEmpty,
            ProcessTable.serves(process, layout.data)
        else { return nil }
        return PostgresConfiguration(
            socketDirectory: String(lines[4]),
            port: port,
            user: user,
            database: database
        )
    }
}
