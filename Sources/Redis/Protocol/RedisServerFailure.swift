/// Why the server refused a command: its code alone, such as `WRONGTYPE`.
///
/// The sentence behind the code may repeat what was sent, passwords too, so it is left out.
package struct RedisServerFailure: Hashable, Sendable, CustomStringConvertible {
    package let code: String
    /// Another server of the cluster answers this.
    let redirect: Redirect?

    /// Reads what stands behind the `-`.
    init(_ line: String) {
        let words = line.split(separator: " ", maxSplits: 3)
        let first = words.first ?? ""
        let isCode =
            !first.isEmpty && first.utf8.count <= 32
            && first.utf8.allSatisfy { (65...90).contains($0) || (48...57).contains($0) || $0 == 95 }
        code = isCode ? String(first) : "ERR"
        redirect = isCode ? Redirect(words) : nil
    }

    package var description: String { code }
}

extension RedisServerFailure {
    /// `MOVED 3999 127.0.0.1:6381`.
    struct Redirect: Hashable, Sendable {
        let slot: Int
        /// Nil: the server that said so.
        let host: String?
        let port: Int
        /// Only this once: the slot is being moved.
        let isAsk: Bool

        init?(_ words: [Substring]) {
            guard words.count == 3, words[0] == "MOVED" || words[0] == "ASK", let slot = Int(words[1]),
                (0..<RedisSlot.count).contains(slot), let colon = words[2].lastIndex(of: ":"),
                let port = Int(words[2][words[2].index(after: colon)...]), (1...65_535).contains(port)
            else { return nil }
            let host = words[2][..<colon]
            self.slot = slot
            self.host = host.isEmpty ? nil : String(host)
            self.port = port
            isAsk = words[0] == "ASK"
        }
    }
}
