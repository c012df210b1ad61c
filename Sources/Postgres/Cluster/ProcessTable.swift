import Foundation
import Glibc

/// What the system knows of other processes, from `/proc`.
enum ProcessTable {
    /// Whether there is such a process, and not only its remains.
    static func isAlive(_ process: pid_t) -> Bool {
        guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = stat.lastIndex(of: ")")
        else { return false }
        let state = stat[stat.index(after: end)...].first { $0 != " " }
        return state != "Z" && state != "X"
    }

    /// The name of its program.
    static func command(of process: pid_t) -> String {
        let text = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
        let name = text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
        return isAlive(process) ? name : "what its parent keeps of \(name), which has ended"
    }

    static func user(of process: pid_t) -> uid_t? {
        var status = stat()
        return stat("/proc/\(process)", &status) == 0 ? status.st_uid : nil
    }

    /// The processes of PostgreSQL that work in a cluster's directory: all of a server's do, and nothing else.
    static func servers(of directory: String) -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { serves($0, directory) }
    }

    static func serves(_ process: pid_t, _ directory: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd")) == directory
            && command(of: process).hasPrefix("postgres")
    }
}
