import Crypto
import Foundation

/// What is kept of a random secret that only its owner may know.
enum Digest {
    /// SHA-256 in 64 hexadecimal digits; only for texts of so many random bits that they cannot be searched.
    static func hex(_ text: String) -> String {
        SHA256.hash(data: Data(text.utf8)).map { String(format: "%02x", $0) }.joined()
    }
}
