import Crypto
import Foundation
import Glibc

/// Where everything of the private cluster is.
///
/// `DATA_DIR/postgres/` holds `data` (the cluster itself), `socket`, `server.log` and the files that are ours: `lock`,
/// `pg_hba.conf` and `pg_ident.conf`. Nothing inside `data` is ever written by us.
struct ClusterLayout: Hashable {
    /// `DATA_DIR`, without symbolic links.
    let root: String
    let base: String

    var data: String { base + "/data" }
    /// Where `initdb` works; becomes `data` when it is done, so that `data` is never half a cluster.
    var unfinished: String { base + "/data.unfinished" }
    var lock: String { base + "/lock" }
    var log: String { base + "/server.log" }
    var access: String { base + "/pg_hba.conf" }
    var names: String { base + "/pg_ident.conf" }
    var postmasterFile: String { data + "/postmaster.pid" }

    static let port = 5432
    /// `sun_path` has 108 bytes, of which the last is a NUL.
    private static let longestSocketPath = 107

    /// Makes `DATA_DIR` and the cluster's directory in it, for us alone, where they are missing.
    init(dataDirectory: String) throws(ClusterError) {
        let path = URL(fileURLWithPath: dataDirectory).standardizedFileURL.path
        // The server runs as another user when we are root: what we make above lets it through and shows it nothing.
        try Self.makeDirectories(
            URL(fileURLWithPath: path).deletingLastPathComponent().path,
            geteuid() == 0 ? 0o711 : 0o700
        )
        try Self.makeDirectories(path, 0o700)
        root = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        base = root + "/postgres"
        if mkdir(base, 0o700) != 0 && errno != EEXIST { throw .errno(base) }
    }

    /// Makes a directory, and those above it that are missing, with the same permissions.
    private static func makeDirectories(_ path: String, _ permissions: Int) throws(ClusterError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: permissions]
            )
        } catch {
            throw .fileSystem(path: path, reason: error.localizedDescription)
        }
    }

    /// Who owns the cluster; nil when there is none yet.
    var owner: uid_t? {
        var status = stat()
        return stat(data, &status) == 0 ? status.st_uid : nil
    }

    /// Lets the server's user through to its directories, and nobody read what lies beside them.
    ///
    /// - Throws: ``ClusterError/notTraversable(directory:user:)`` where the obstacle is above `DATA_DIR`: not ours to
    ///   change.
    func open(to account: ServerAccount) throws(ClusterError) {
        if account.isBorrowed {
            for directory in [root, base] {
                var status = stat()
                guard stat(directory, &status) == 0 else { throw .errno(directory) }
                if status.st_mode & 0o001 == 0, chmod(directory, status.st_mode & 0o7777 | 0o011) != 0 {
                    throw .errno(directory)
                }
            }
        }
        if let obstacle = account.obstacle(above: data) {
            throw .notTraversable(directory: obstacle, user: account.name)
        }
    }

    /// The directory of the server's socket: in `base`, or somewhere shorter when that is too deep for a socket.
    func makeSocketDirectory(for account: ServerAccount) throws(ClusterError) -> String {
        let inside = base + "/socket"
        if (inside + "/.s.PGSQL.\(Self.port)").utf8.count <= Self.longestSocketPath {
            try account.makeDirectory(inside)
            return inside
        }
        let digest = SHA256.hash(data: Data(base.utf8)).prefix(8).map { String($0, radix: 36) }.joined()
        let parent = account.isBorrowed && FileManager.default.isWritableFile(atPath: "/run") ? "/run" : "/tmp"
        let short = "\(parent)/tradepulse-\(account.userID)-\(digest)"
        try account.makeDirectory(short)
        return short
    }

    /// Who may connect as whom: our own user and the server's, told by the socket; nobody else, and no passwords.
    func writeAccessRules(for account: ServerAccount) throws(ClusterError) {
        guard let own = ServerAccount.ownName else { throw .namelessUser(id: geteuid()) }
        let users = Set([own, account.name]).sorted()
        let map = users.flatMap { user in [PrivateCluster.user, "postgres"].map { "tradepulse \"\(user)\" \($0)" } }
        try write("local all all peer map=tradepulse\n", to: access)
        try write(map.joined(separator: "\n") + "\n", to: names)
    }

    private func write(_ text: String, to path: String) throws(ClusterError) {
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw .fileSystem(path: path, reason: error.localizedDescription)
        }
        guard chmod(path, 0o644) == 0 else { throw .errno(path) }
    }
}
