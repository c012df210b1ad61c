import Foundation
import Glibc
import Synchronization

/// How far a long run is, on standard error; nothing where that is no terminal.
final class ProgressBar: Sendable {
    private static let width = 40

    private let total: Int
    private let isShown = isatty(STDERR_FILENO) == 1
    private let done = Mutex(0)

    init(total: Int) { self.total = max(1, total) }

    /// One more of the total; from any thread.
    func advance() {
        done.withLock { done in
            let before = done * Self.width / total
            done += 1
            let now = min(done, total) * Self.width / total
            guard isShown, now != before else { return }
            draw(now)
        }
    }

    /// Clears the line.
    func finish() {
        if isShown { write("\r\u{1B}[K") }
    }

    private func draw(_ filled: Int) {
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: Self.width - filled)
        write("\r[\(bar)] \(100 * filled / Self.width) %")
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
