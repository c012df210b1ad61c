import Foundation

/// Another program, run to its end without holding a thread.
package struct Command: Sendable {
    package let status: Int32
    package let output: String
    package let errors: String

    /// Where a program lies; nil where it is not installed.
    package static func find(_ name: String) -> String? {
        ["/usr/bin/", "/usr/local/bin/", "/bin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs it.
    ///
    /// - Parameters:
    ///   - path: the program's file.
    ///   - arguments: without the program's name.
    ///   - environment: on top of this process's.
    ///   - folder: where it runs; nil for where this process does.
    /// - Throws: what keeps it from starting.
    package init(
        _ path: String,
        _ arguments: [String],
        environment: [String: String] = [:],
        in folder: String? = nil
    ) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        // Files, for a pipe that nobody empties meanwhile would stall a program that says much.
        let written = (output: try Self.emptyFile(), errors: try Self.emptyFile())
        defer {
            try? FileManager.default.removeItem(at: written.output)
            try? FileManager.default.removeItem(at: written.errors)
        }
        process.standardOutput = try FileHandle(forWritingTo: written.output)
        process.standardError = try FileHandle(forWritingTo: written.errors)
        status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        output = String(decoding: try Data(contentsOf: written.output), as: UTF8.self)
        errors = String(decoding: try Data(contentsOf: written.errors), as: UTF8.self)
    }

    private static func emptyFile() throws -> URL {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("tp-command-\(UUID().uuidString)")
        try Data().write(to: file)
        return file
    }
}
