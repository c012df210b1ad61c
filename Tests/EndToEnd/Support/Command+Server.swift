import TestKit

extension Command {
    /// Runs one command of the program beside a server, whose data directory it shares.
    init(_ arguments: [String], beside server: ServerProcess) async throws {
        try await self.init(
            ServerProcess.program,
            arguments,
            environment: ["DATA_DIR": server.dataDirectory + "/data"],
            in: server.dataDirectory
        )
    }
}
