import Foundation
import TestKit
import Testing

/// Recorded payloads of the shared data folder.
enum Recordings {
    static let missing: Comment = "the recorded market data (../shared/data, or TRADEPULSE_SHARED) is not here"

    /// One payload per line; a file of one payload is one line.
    static func lines(_ path: String) throws -> [[UInt8]] {
        try bytes(path).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    /// A file's bytes, unpacked when the name says that it is packed.
    static func bytes(_ path: String) throws -> [UInt8] {
        Array(try path.hasSuffix(".gz") ? SharedData.unpacked(path) : SharedData.bytes(path))
    }

    /// The WebSocket frames of a recorded session, as received, in order.
    static func sessionFrames(_ path: String) throws -> [[UInt8]] {
        // {"t_us":…,"kind":"ws","frame":<the frame>}
        let kind = Array(#""kind":"ws","frame":"#.utf8)
        return try bytes(path).split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let range = line.firstRange(of: kind) else { return nil }
            return Array(line[range.upperBound..<(line.endIndex - 1)])
        }
    }
}
