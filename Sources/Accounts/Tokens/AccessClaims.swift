package import Foundation

/// What an access token says: who, in which session, which token, from when to when; no personal data.
package struct AccessClaims: Hashable, Sendable {
    /// `sub`.
    package let userID: UUID
    /// `sid`.
    package let sessionID: UUID
    /// `jti`.
    package let tokenID: UUID
    /// `iat` and `nbf`, in whole seconds since 1970.
    package let issuedAt: Int64
    /// `exp`, in whole seconds since 1970.
    package let expiresAt: Int64

    package var session: SessionKey { SessionKey(userID: userID, sessionID: sessionID) }
    package var expiry: Date { Date(timeIntervalSince1970: TimeInterval(expiresAt)) }
}

// MARK: - JSON

extension AccessClaims {
    /// The payload, in the only order and spacing it has.
    ///
    /// `{"iss":"…","aud":"…","sub":"…","sid":"…","jti":"…","iat":1,"nbf":1,"exp":2,"use":"access"}`
    var json: [UInt8] {
        let text =
            Self.opening + userID.uuidString.lowercased() + #"","sid":""# + sessionID.uuidString.lowercased()
            + #"","jti":""# + tokenID.uuidString.lowercased()
            + #"","iat":\#(issuedAt),"nbf":\#(issuedAt),"exp":\#(expiresAt)"# + Self.closing
        return Array(text.utf8)
    }

    private static let opening = #"{"iss":"\#(AccessTokens.issuer)","aud":"\#(AccessTokens.audience)","sub":""#
    /// Refresh tokens and half-finished logins are never spelt so; one cannot pass for another.
    private static let closing = #","use":"access"}"#

    /// Reads what ``json`` writes, and nothing else.
    init?(json bytes: [UInt8]) {
        var rest = bytes[...]
        guard rest.skip(Self.opening), let user = rest.uuid(), rest.skip(#"","sid":""#), let session = rest.uuid(),
            rest.skip(#"","jti":""#), let token = rest.uuid(),
            rest.skip(#"","iat":"#), let issued = rest.seconds(), rest.skip(#","nbf":"#), rest.seconds() == issued,
            rest.skip(#","exp":"#), let expires = rest.seconds(), rest.skip(Self.closing), rest.isEmpty
        else { return nil }
        self.init(userID: user, sessionID: session, tokenID: token, issuedAt: issued, expiresAt: expires)
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func skip(_ text: String) -> Bool {
        guard starts(with: text.utf8) else { return false }
        self = dropFirst(text.utf8.count)
        return true
    }

    /// 36 characters, lower case.
    fileprivate mutating func uuid() -> UUID? {
        let text = prefix(36)
        guard !text.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "F")).contains($0) }) else { return nil }
        self = dropFirst(36)
        return UUID(uuidString: String(decoding: text, as: UTF8.self))
    }

    /// Digits without a leading zero, at most twelve: enough for the year 33658.
    fileprivate mutating func seconds() -> Int64? {
        let digits = prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        guard (1...12).contains(digits.count), digits.first != UInt8(ascii: "0") else { return nil }
        self = dropFirst(digits.count)
        return digits.reduce(0) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
    }
}
