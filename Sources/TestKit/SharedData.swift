package import Foundation

/// The recorded market data that lies beside the project on our machines and in CI, not in a clone of it.
package enum SharedData {
    /// The folder `data` of recorded market data, or nil where there is none.
    ///
    /// Found at `TRADEPULSE_SHARED`, else at `../shared` beside the package.
    package static let url: URL? = {
        let package = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let named = ProcessInfo.processInfo.environment["TRADEPULSE_SHARED"].map { URL(fileURLWithPath: $0) }
        let shared = named ?? package.deletingLastPathComponent().appendingPathComponent("shared")
        let data = shared.appendingPathComponent("data")
        return FileManager.default.fileExists(atPath: data.path) ? data : nil
    }()

    /// Whether it is there; tests that need it are `.enabled(if:)` this, with a sentence saying what was skipped.
    package static var isPresent: Bool { url != nil }

    /// The bytes of one file of it.
    ///
    /// - Throws: an error naming the path when the folder or the file is missing.
    package static func bytes(_ path: String) throws -> Data {
        guard let url else { throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: path]) }
        return try Data(contentsOf: url.appendingPathComponent(path))
    }

    /// The bytes that a file packed by gzip holds, unpacked by another program than ours.
    ///
    /// - Throws: an error naming the path when the folder or the file is missing, or when it cannot be unpacked.
    package static func unpacked(_ path: String) throws -> Data {
        guard let url else { throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: path]) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", url.appendingPathComponent(path).path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CocoaError(.fileReadCorruptFile, userInfo: [NSFilePathErrorKey: path])
        }
        return data
    }
}
