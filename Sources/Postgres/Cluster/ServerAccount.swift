import Foundation
import Glibc

/// As whom the server's programs run: ourselves, or, since PostgreSQL refuses root, an ordinary user when we are root.
struct ServerAccount: Hashable {
    let name: String
    let userID: uid_t
    let groupID: gid_t
    /// We are root and become that user.
    let isBorrowed: Bool

    /// The account for a cluster.
    ///
    /// `owner`: the user who owns the cluster, when there is one already.
    /// Returns that owner's, or for a new cluster ours or, for root, that of user `postgres`.
    /// Throws ``ClusterError``.
    static func choose(owner: uid_t?, directory: String) throws(ClusterError) -> ServerAccount {
        let own = geteuid()
        guard own == 0 else {
            if let owner, owner != own {
                throw .foreignOwner(directory: directory, owner: named(owner)?.name ?? "\(owner)")
            }
            guard let user = named(own) else { throw .namelessUser(id: own) }
            return user
        }
        if let owner {
            guard owner != 0, let user = named(owner) else { throw .foreignOwner(directory: directory, owner: "root") }
            return user
        }
        guard let user = getpwnam("postgres").map({ account($0.pointee) }) else { throw .noServerUser }
        return user
    }

    /// Our own name in the user database.
    static var ownName: String? { named(geteuid())?.name }

    private static func named(_ id: uid_t) -> ServerAccount? { getpwuid(id).map { account($0.pointee) } }

    private static func account(_ entry: passwd) -> ServerAccount {
        ServerAccount(
            name: String(cString: entry.pw_name),
            userID: entry.pw_uid,
            groupID: entry.pw_gid,
            isBorrowed: geteuid() == 0
        )
    }

    /// The command that runs another as this user and, where the system offers it, passes it a signal when the thread
    /// that started it ends, however it ends: so that a server does not outlive a program that was killed.
    ///
    /// Where it is not offered, the next start finds the server left behind and stops it.
    func command(_ arguments: [String], onOurDeath signal: String) -> [String] {
        if let setpriv = ChildProcess.find("setpriv"), Self.setprivKnowsDeathSignals(setpriv) {
            let user =
                isBorrowed ? ["--reuid", "\(userID)", "--regid", "\(groupID)", "--init-groups"] : []
            // Had we died before the signal was asked for, nobody would pass it: then the program is not begun.
            let unlessOrphaned = ["/bin/sh", "-c", "[ \"$PPID\" = \"$0\" ] && exec \"$@\"", "\(getpid())"]
            return [setpriv] + user + ["--pdeathsig", signal, "--"] + unlessOrphaned + arguments
        }
        guard isBorrowed else { return arguments }
        return [ChildProcess.find("runuser") ?? "runuser", "-u", name, "--"] + arguments
    }

    private static func setprivKnowsDeathSignals(_ path: String) -> Bool {
        (try? ChildProcess.output(of: [path, "--pdeathsig", "TERM", "--", "true"])) != nil
    }

    /// Makes a directory of this user's, for nobody else, if there is none.
    func makeDirectory(_ path: String) throws(ClusterError) {
        if mkdir(path, 0o700) != 0 && errno != EEXIST { throw .errno(path) }
        // Where others may write, one of them could have put something else in its place: a link is not followed, and
        // a stranger's directory is left to him.
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard directory >= 0 else { throw .errno(path) }
        defer { close(directory) }
        var status = stat()
        guard fstat(directory, &status) == 0 else { throw .errno(path) }
        guard status.st_uid == userID || status.st_uid == geteuid() else {
            throw .fileSystem(path: path, reason: "it belongs to somebody else")
        }
        guard fchmod(directory, 0o700) == 0, !isBorrowed || fchown(directory, userID, groupID) == 0 else {
            throw .errno(path)
        }
    }

    /// The first directory above a path that the user may not pass through, by its permission bits.
    func obstacle(above path: String) -> String? {
        var directory = "/"
        for name in path.split(separator: "/").dropLast() {
            directory += directory == "/" ? String(name) : "/\(name)"
            var status = stat()
            guard stat(directory, &status) == 0 else { return directory }
            let needed: mode_t =
                if status.st_uid == userID { 0o100 } else if status.st_gid == groupID { 0o010 } else { 0o001 }
            if status.st_mode & needed == 0 { return directory }
        }
        return nil
    }
}

extension ClusterError {
    /// What the last system call on the path complained of.
    static func errno(_ path: String) -> ClusterError {
        .fileSystem(path: path, reason: String(cString: strerror(Glibc.errno)))
    }
}
