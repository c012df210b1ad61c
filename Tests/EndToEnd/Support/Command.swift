import Foundation

/// One command of the program beside a server, and what came of it.
struct Command {
    let status: Int32
    let output: String
    let errors: String

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - arguments: the command and its arguments.
    ///   - server: whose data directory it shares.
    /// - Throws: what keeps it from starting.
    init(_ arguments: [String], beside server: ServerProcess) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: ServerProcess.program)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: server.dataDirectory)
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["DATA_DIR": server.dataDirectory + "/data"]
        ) { $1 }
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        let ended = OnceSignal()
        process.terminationHandler = { ended.fire(status: $0.terminationStatus) }
        try process.run()
        // What these commands print fits into a pipe, so it may be read once they have ended.
        status = await ended.wait()
        self.output = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        self.errors = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
}
