import ArgumentParser
import Foundation

/// A text file that is written line by line, a megabyte at a time.
final class LineFile {
    private let handle: FileHandle
    private var waiting: [UInt8] = []

    /// Makes the file, or empties it.
    init(_ path: String) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else { throw ValidationError("\(path) cannot be written.") }
        self.handle = handle
    }

    func write(_ line: String) throws {
        waiting += Array(line.utf8)
        waiting.append(UInt8(ascii: "\n"))
        if waiting.count >= 1 << 20 { try flush() }
    }

    func close() throws {
        try flush()
        try handle.close()
    }

    private func flush() throws {
        try handle.write(contentsOf: waiting)
        waiting.removeAll(keepingCapacity: true)
    }
}
