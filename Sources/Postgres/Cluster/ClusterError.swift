/// Why the private cluster cannot be had, each with what to do about it.
///
/// Nothing was deleted in any of the cases.
package enum ClusterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// No PostgreSQL server is installed in any of these places.
    case serverNotInstalled(searched: [String])
    /// The cluster was made by another major version than is installed.
    case otherVersion(directory: String, cluster: String, installed: [String])
    /// The directory holds files, but no cluster.
    case notACluster(directory: String)
    /// The cluster belongs to a user that this program cannot act as.
    case foreignOwner(directory: String, owner: String)
    /// We run as root, which PostgreSQL refuses, and there is no user `postgres` to run it as.
    case noServerUser
    /// This process's user has no name, which PostgreSQL needs.
    case namelessUser(id: UInt32)
    /// The user that the server runs as may not pass through a directory above the cluster.
    case notTraversable(directory: String, user: String)
    /// Another program of ours uses the directory.
    case inUse(directory: String, process: Int32?)
    /// `postmaster.pid` names a process that lives, but is no server of this cluster.
    case staleLock(file: String, process: Int32, command: String)
    /// A server that an earlier program left behind does not stop.
    case leftoverServer(process: Int32)
    /// `initdb` or the server ended with these words.
    case didNotStart(String)
    /// The server did not take connections in time; a long recovery after a crash may be the reason.
    case notReady(after: Duration, lastWords: String)
    /// A file or directory could not be made ready.
    case fileSystem(path: String, reason: String)

    package var description: String {
        switch self {
        case .serverNotInstalled(let searched):
            "no PostgreSQL server was found in \(searched.joined(separator: ", ")); install it (Debian: apt-get "
                + "install postgresql) or set DATABASE_URL"
        case .otherVersion(let directory, let cluster, let installed):
            "the cluster in \(directory) is of PostgreSQL \(cluster), installed is \(installed.joined(separator: ", "));"
                + " install version \(cluster), or move the data with pg_upgrade or pg_dump; nothing was changed"
        case .notACluster(let directory):
            "\(directory) is not empty and holds no PostgreSQL cluster (no PG_VERSION); move it away or choose another "
                + "DATA_DIR"
        case .foreignOwner(let directory, let owner):
            "the cluster in \(directory) belongs to user \(owner); run as that user, or choose another DATA_DIR"
        case .noServerUser:
            "PostgreSQL refuses to run as root, and there is no system user postgres to run it as; create it, or run "
                + "as an ordinary user"
        case .namelessUser(let id): "user id \(id) has no entry in the user database, which PostgreSQL needs"
        case .notTraversable(let directory, let user):
            "user \(user), as whom the database server runs, may not pass through \(directory); choose a DATA_DIR "
                + "elsewhere, such as /var/lib/tradepulse, or run: chmod o+x \(directory)"
        case .inUse(let directory, let process):
            "\(directory) is in use by another tradepulse" + (process.map { ", process \($0)" } ?? "")
        case .staleLock(let file, let process, let command):
            "\(file) says that process \(process) serves this cluster, but that is \"\(command)\"; if no PostgreSQL "
                + "server uses the directory, remove the file and start again"
        case .leftoverServer(let process):
            "process \(process) is a server of this cluster left behind by an earlier run, and does not stop"
        case .didNotStart(let words): "the database server did not start: \(words)"
        case .notReady(let limit, let words): "the database server took no connections within \(limit): \(words)"
        case .fileSystem(let path, let reason): "\(path): \(reason)"
        }
    }
}
