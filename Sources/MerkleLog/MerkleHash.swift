import Crypto
package import Foundation

/// The SHA-256 hash of a leaf, of a node, or of a whole log.
package struct MerkleHash: Hashable, Sendable {
    package static let byteCount = 32

    /// 32 bytes.
    package let bytes: Data

    /// Nil unless there are 32 bytes.
    package init?(bytes: Data) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Data(bytes)
    }

    /// Nil unless the text is 64 hexadecimal digits in lower case.
    package init?(hex: String) {
        guard hex.utf8.count == 2 * Self.byteCount else { return nil }
        var bytes = Data(capacity: Self.byteCount)
        var high: UInt8?
        for digit in hex.utf8 {
            guard let value = Self.value(ofDigit: digit) else { return nil }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        self.bytes = bytes
    }

    private init(_ digest: SHA256.Digest) { bytes = Data(digest) }

    /// The hash of a log without leaves.
    package static let empty = MerkleHash(SHA256.hash(data: Data()))

    /// The hash of a leaf: SHA-256 of a zero byte and its content (RFC 6962, 2.1).
    package static func leaf(_ content: Data) -> MerkleHash { prefixed(0x00, content) }

    /// The hash of a node: SHA-256 of a one byte and the two hashes below it.
    ///
    /// The two first bytes differ, so that no node can be passed off as a leaf.
    package static func node(_ left: MerkleHash, _ right: MerkleHash) -> MerkleHash {
        prefixed(0x01, left.bytes + right.bytes)
    }

    private static func prefixed(_ first: UInt8, _ content: Data) -> MerkleHash {
        var hasher = SHA256()
        hasher.update(data: [first])
        hasher.update(data: content)
        return MerkleHash(hasher.finalize())
    }

    /// 64 hexadecimal digits in lower case.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

extension MerkleHash: CustomStringConvertible {
    package var description: String { hex }
}
