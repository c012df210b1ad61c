package import Doorbells

/// The rings that go out together, as one message of lines: the sender, then `signals 42`, `standing` or `anything`.
package struct RingBatch: Hashable, Sendable {
    /// Channels told of by name; of more, only that something has happened.
    package static let maximumChannels = 256

    private var channels: [String: Int64] = [:]
    private var standing = false
    private var anything = false

    package init() {}

    package var isEmpty: Bool { channels.isEmpty && !standing && !anything }

    package mutating func add(_ ring: Ring) {
        switch ring {
        case .channel(let name, let sequence): channels[name] = max(sequence, channels[name] ?? sequence)
        case .standing: standing = true
        case .anything: anything = true
        }
        if channels.count > Self.maximumChannels {
            channels = [:]
            anything = true
        }
    }

    package var rings: [Ring] {
        channels.sorted { $0.key < $1.key }.map { .channel(name: $0.key, sequence: $0.value) }
            + (standing ? [.standing] : []) + (anything ? [.anything] : [])
    }

    // MARK: As a message

    package func text(from sender: String) -> String {
        let lines = rings.map { ring in
            switch ring {
            case .channel(let name, let sequence): "\(name) \(sequence)"
            case .standing: "standing"
            case .anything: "anything"
            }
        }
        return ([sender] + lines).joined(separator: "\n")
    }

    /// Reads a message; lines of a later release, which we do not know, may mean anything.
    package static func read(_ text: String) -> (sender: String, batch: RingBatch) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        var batch = RingBatch()
        for line in lines.dropFirst() {
            let words = line.split(separator: " ")
            switch (words.count, words.first) {
            case (1, "standing"): batch.add(.standing)
            case (2, let name?):
                batch.add(Int64(words[1]).map { .channel(name: String(name), sequence: $0) } ?? .anything)
            default: batch.add(.anything)
            }
        }
        return (lines.first.map(String.init) ?? "", batch)
    }
}
