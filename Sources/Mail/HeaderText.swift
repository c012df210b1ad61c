import Foundation

/// Text in a mail's header (RFC 2047).
enum HeaderText {
    /// The text itself where it is plain ASCII without quirks, else encoded words of at most 75 characters each.
    ///
    /// Nothing else leaves this function, so no text can begin a line of its own in the header.
    static func encoded(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) && !#"()<>[]:;@\,.""#.utf8.contains($0) }
        if isPlain, text.utf8.count <= 60, !text.contains("=?"), text.first != " ", text.last != " " { return text }
        var words: [String] = []
        var chunk = ""
        for character in text {
            // 45 bytes are 60 characters of Base64; with the frame around them 72.
            if chunk.utf8.count + character.utf8.count > 45 {
                words.append(chunk)
                chunk = ""
            }
            chunk.append(character)
        }
        words.append(chunk)
        return words.filter { !$0.isEmpty }
            .map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }
            .joined(separator: "\r\n ")
    }
}
