import Foundation
import Glibc
import Logging

/// Makes the cluster's files, once, and sees to it that the installed server can read them.
enum ClusterFiles {
    /// - Returns: the installed server that fits the cluster.
    /// - Throws: ``ClusterError``.
    static func prepare(
        _ layout: ClusterLayout,
        _ account: ServerAccount,
        logger: Logger
    ) throws(ClusterError) -> ServerBinaries {
        let installed = try ServerBinaries.installed()
        guard layout.owner != nil else {
            try make(layout, account, installed[0])
            logger.info("A private database cluster was made", metadata: ["directory": "\(layout.data)"])
            return installed[0]
        }
        let path = layout.data + "/PG_VERSION"
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw .notACluster(directory: layout.data)
        }
        let version = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard let fitting = installed.first(where: { $0.majorVersion == version }) else {
            throw .otherVersion(
                directory: layout.data,
                cluster: version,
                installed: installed.map(\.majorVersion)
            )
        }
        return fitting
    }

    private static func make(
        _ layout: ClusterLayout,
        _ account: ServerAccount,
        _ binaries: ServerBinaries
    ) throws(ClusterError) {
        // Left by an `initdb` that was interrupted: no server ever ran on it.
        try? FileManager.default.removeItem(atPath: layout.unfinished)
        try account.makeDirectory(layout.unfinished)
        let initdb = [
            binaries.initdb, "--pgdata", layout.unfinished, "--username", "postgres", "--auth", "peer",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--data-checksums", "--no-instructions",
        ]
        try ChildProcess.output(of: account.command(initdb, onOurDeath: "KILL"))
        guard rename(layout.unfinished, layout.data) == 0 else { throw .errno(layout.data) }
        let directory = open(layout.base, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        fsync(directory)
        close(directory)
    }
}
