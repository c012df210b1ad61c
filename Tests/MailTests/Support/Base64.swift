import Foundation

enum Base64 {
    /// The text behind Base64, whatever lines it is broken into.
    static func decode(_ text: String) -> String? {
        Data(base64Encoded: text, options: .ignoreUnknownCharacters).map { String(decoding: $0, as: UTF8.self) }
    }
}
