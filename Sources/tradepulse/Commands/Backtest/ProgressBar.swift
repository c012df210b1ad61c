import Foundation
import Glibc
import Synchronization

/// How far a long run is, on standard error; nothing where that is no terminal.
final class ProgressBar: Sendable {
    private static let width = 40

    private let isShown = isatty(STDERR_FILENO) == 1
    /// How many parts are done, and how much of the bar is drawn.
    private let state = Mutex((done: 0, filled: 0))

    /// One more part of the total is done; from any thread.
    func advance(of total: Int) {
        state.withLock { state in
            state.done += 1
            let filled = min(state.done, total) * Self.width / max(1, total)
            guard isShown, filled != state.filled else { return }
            state.filled = filled
            draw(filled)
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
