import Accounts
import Crypto
import Foundation
import Testing

@Suite("Access tokens")
struct AccessTokenTests {
    static let secret = "a secret of at least thirty-two bytes, for tests"
    static let now = Date(timeIntervalSince1970: 1_760_000_000)
    /// `{"alg":"HS256","typ":"JWT"}` and the dot after it.
    static let header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
    static let session = SessionKey(
        userID: UUID(uuidString: "6f1c0e3a-5b7d-4a52-9d0f-3f3c6b1f1a77") ?? UUID(),
        sessionID: UUID(uuidString: "3a9a0f52-6e2e-4b6b-9a57-0d5a4f0d2b10") ?? UUID()
    )

    let tokens: AccessTokens
    let token: AccessToken

    init() throws {
        tokens = try #require(AccessTokens(secret: Secret(Self.secret)))
        token = try tokens.issue(for: Self.session, at: Self.now)
    }

    // MARK: Good tokens

    @Test("A token says who, which one, and ends after 15 minutes")
    func roundTrip() throws {
        let claims = try tokens.verify(token.text, at: Self.now)
        #expect(claims == token.claims)
        #expect(claims.session == Self.session)
        #expect(claims.expiresAt - claims.issuedAt == 900)
        #expect(try tokens.issue(for: Self.session, at: Self.now).claims.tokenID != claims.tokenID)
    }

    @Test("A token is read by the letter of RFC 7515 and RFC 7519, with nothing of ours")
    func standard() throws {
        let parts = token.text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 3)
        let key = SymmetricKey(data: Data(Self.secret.utf8))
        let signature = HMAC<SHA256>.authenticationCode(for: Data((parts[0] + "." + parts[1]).utf8), using: key)
        #expect(try #require(Self.unpadded(parts[2])) == Data(signature))
        let header = try JSONSerialization.jsonObject(with: try #require(Self.unpadded(parts[0]))) as? [String: String]
        #expect(header == ["alg": "HS256", "typ": "JWT"])
        let payload = try #require(Self.unpadded(parts[1]))
        let claims = try #require(try JSONSerialization.jsonObject(with: payload) as? [String: Any])
        #expect(claims["sub"] as? String == Self.session.userID.uuidString.lowercased())
        #expect(claims["sid"] as? String == Self.session.sessionID.uuidString.lowercased())
        #expect(claims["jti"] as? String == token.claims.tokenID.uuidString.lowercased())
        #expect(claims["iss"] as? String == "tradepulse" && claims["aud"] as? String == "tradepulse-api")
        #expect(claims["use"] as? String == "access")
        let birth = Int(Self.now.timeIntervalSince1970)
        #expect(
            claims["iat"] as? Int == birth && claims["nbf"] as? Int == birth && claims["exp"] as? Int == birth + 900
        )
    }

    /// Base64 with the URL's alphabet and no padding (RFC 7515, appendix C), through Foundation's decoder.
    private static func unpadded(_ text: String) -> Data? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }

    @Test(
        "A token lives from its birth, give or take the clocks, to its last second",
        arguments: [
            (-6, AccountError.tokenInvalid), (-5, nil), (0, nil), (899, nil), (900, .tokenExpired),
            (1_000_000, .tokenExpired),
            (-1_000_000, .tokenInvalid),
        ]
    )
    func lifetime(offset: TimeInterval, expected: AccountError?) {
        #expect(outcome(token.text, at: Self.now.addingTimeInterval(offset)) == expected)
    }

    @Test(
        "A short secret is no secret",
        arguments: [
            ("", false), ("0123456789abcdef0123456789abcde", false), ("0123456789abcdef0123456789abcdef", true),
        ]
    )
    func secretLength(secret: String, allowed: Bool) {
        #expect((AccessTokens(secret: Secret(secret)) != nil) == allowed)
    }

    @Test("A token does not print itself")
    func hidden() {
        #expect(!"\(token)".contains(token.text.suffix(43)))
    }

    // MARK: Attacks

    @Test(
        "Only the one header is taken, however well the rest is signed",
        arguments: [
            #"{"alg":"none","typ":"JWT"}"#, #"{"alg":"None","typ":"JWT"}"#, #"{"alg":"NONE","typ":"JWT"}"#,
            #"{"alg":"nOnE"}"#,
            #"{"alg":"","typ":"JWT"}"#, #"{"typ":"JWT"}"#, #"{}"#, "", "null", "[]",
            #"{"alg":"HS384","typ":"JWT"}"#, #"{"alg":"HS512","typ":"JWT"}"#, #"{"alg":"RS256","typ":"JWT"}"#,
            #"{"alg":"ES256","typ":"JWT"}"#, #"{"alg":"EdDSA","typ":"JWT"}"#, #"{"alg":"hs256","typ":"JWT"}"#,
            #"{"alg":["HS256"],"typ":"JWT"}"#, #"{"alg":"HS256","alg":"none","typ":"JWT"}"#,
            #"{"alg":"HS256","typ":"JWT","kid":"../../../../dev/null"}"#,
            #"{"alg":"HS256","typ":"JWT","kid":"' OR 1=1 --"}"#,
            #"{"alg":"HS256","typ":"JWT","jku":"https://evil.example/jwks.json"}"#,
            #"{"alg":"HS256","typ":"JWT","x5u":"https://evil.example/c.pem"}"#,
            #"{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"AA"}}"#,
            #"{"alg":"HS256","typ":"JWT","crit":["exp"],"exp":1}"#,
            #"{"alg":"HS256","typ":"JWT","b64":false,"crit":["b64"]}"#,
            #"{"alg":"HS256","typ":"JWT","zip":"DEF"}"#, #"{"typ":"JWT","alg":"HS256"}"#,
            #"{"alg": "HS256", "typ": "JWT"}"#,
        ]
    )
    func headers(header: String) {
        #expect(outcome(sign(header: header, payload: payload())) == .tokenInvalid)
        // The same without a signature, and with an empty one.
        let unsigned = encode(header) + "." + encode(payload())
        #expect(outcome(unsigned) == .tokenInvalid)
        #expect(outcome(unsigned + ".") == .tokenInvalid)
    }

    @Test("A signature by another hash with the same key is none")
    func otherHashes() {
        let signed = Self.header + encode(payload())
        let key = SymmetricKey(data: Data(Self.secret.utf8))
        let long = encode(Array(HMAC<SHA512>.authenticationCode(for: Data(signed.utf8), using: key)))
        #expect(outcome(signed + "." + long) == .tokenInvalid)
        #expect(outcome(signed + "." + long.prefix(43)) == .tokenInvalid)
        // And the one it should have: the forger's tools above do make good tokens.
        #expect(outcome(sign(header: goodHeader, payload: payload())) == nil)
    }

    @Test(
        "Claims that are not an access token of ours are refused although the signature is right",
        arguments: [
            Forged.payload(issuer: "evil"), Forged.payload(audience: "other-api"), Forged.payload(issuer: ""),
            Forged.payload(use: "refresh"),
            Forged.payload(use: "2fa"),
            Forged.payload(subject: "admin"), Forged.payload(subject: ""),
            Forged.payload(subject: "6F1C0E3A-5B7D-4A52-9D0F-3F3C6B1F1A77"),
            Forged.payload(session: ""), Forged.payload(session: "1"),
            Forged.payload(session: "3A9A0F52-6E2E-4B6B-9A57-0D5A4F0D2B10"),
            Forged.payload().replacing(#""sid":"3a9a0f52-6e2e-4b6b-9a57-0d5a4f0d2b10","#, with: ""),
            Forged.payload(tokenID: "1"), Forged.payload(issuedAt: "-1"), Forged.payload(issuedAt: "1e9"),
            Forged.payload(issuedAt: "1760000000.5"),
            Forged.payload(issuedAt: #""1760000000""#), Forged.payload(notBefore: "1760000100"),
            Forged.payload(notBefore: "0"),
            Forged.payload(expiresAt: "null"), Forged.payload(expiresAt: "9999999999999"),
            Forged.payload(expiresAt: "01760000900"),
            Forged.payload(expiresAt: ""),
            Forged.payload() + " ", " " + Forged.payload(), Forged.payload() + Forged.payload(), "{}", "", "null",
            #"{"sub":"x"}"#,
            Forged.payload().replacing(#","use":"access"}"#, with: "}"),
            Forged.payload().replacing(#","use":"#, with: #","admin":true,"use":"#),
            Forged.payload().replacing(",", with: ", "), Forged.payload().replacing(#","exp":1760000900"#, with: ""),
        ]
    )
    func claims(payload: String) {
        #expect(outcome(sign(header: goodHeader, payload: payload)) == .tokenInvalid)
    }

    @Test("No single changed, missing or added character passes")
    func everyByte() {
        let bytes = Array(token.text.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(outcome(String(decoding: changed, as: UTF8.self)) == .tokenInvalid)
            var flipped = bytes
            flipped[index] ^= 1
            #expect(outcome(String(decoding: flipped, as: UTF8.self)) == .tokenInvalid)
            #expect(outcome(String(decoding: bytes[..<index], as: UTF8.self)) == .tokenInvalid)
            #expect(outcome(String(decoding: bytes[..<index] + bytes[(index + 1)...], as: UTF8.self)) == .tokenInvalid)
        }
        for addition in ["=", ".", "A", " ", "\n", "\0", "é"] {
            #expect(outcome(token.text + addition) == .tokenInvalid)
            #expect(outcome(addition + token.text) == .tokenInvalid)
        }
    }

    @Test("A signature has one spelling: the bits that carry nothing are not free")
    func malleability() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        let accepted = alphabet.filter { outcome(String(token.text.dropLast()) + String($0)) == nil }
        #expect(accepted.count == 1)
    }

    @Test(
        "What is not even like a token is refused at once",
        arguments: [
            "", ".", "..", "...", "a.b.c", "Bearer x", Self.header, Self.header + ".",
            Self.header + String(repeating: "A", count: 43),
            Self.header + "." + String(repeating: "A", count: 43),
            String(repeating: ".", count: 500), String(repeating: "A", count: 10_000_000), "💥", "\u{0}\u{0}",
        ]
    )
    func noise(text: String) {
        #expect(outcome(text) == .tokenInvalid)
    }

    @Test("Another secret's token is nobody's")
    func otherSecret() throws {
        let other = try #require(AccessTokens(secret: Secret(Self.secret + "!")))
        #expect(outcome(try other.issue(for: Self.session, at: Self.now).text) == .tokenInvalid)
    }

    // MARK: Tools of a forger who has the key

    private let goodHeader = #"{"alg":"HS256","typ":"JWT"}"#

    private func outcome(_ text: String, at time: Date = now) -> AccountError? {
        do throws(AccountError) {
            _ = try tokens.verify(text, at: time)
            return nil
        } catch {
            return error
        }
    }

    private func payload() -> String { Forged.payload() }

    private func sign(header: String, payload: String) -> String {
        let signed = encode(header) + "." + encode(payload)
        let key = SymmetricKey(data: Data(Self.secret.utf8))
        return signed + "." + encode(Array(HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: key)))
    }

    private func encode(_ text: String) -> String { encode(Array(text.utf8)) }

    /// Foundation's Base64, so that ours is not its own witness.
    private func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// Claims as somebody who has the key might write them.
enum Forged {
    static func payload(
        issuer: String = "tradepulse",
        audience: String = "tradepulse-api",
        subject: String = "6f1c0e3a-5b7d-4a52-9d0f-3f3c6b1f1a77",
        session: String = "3a9a0f52-6e2e-4b6b-9a57-0d5a4f0d2b10",
        tokenID: String = "0b5cf3c2-90f5-4a39-8a4e-0a2a0d0c6c11",
        issuedAt: String = "1760000000",
        notBefore: String? = nil,
        expiresAt: String = "1760000900",
        use: String = "access"
    ) -> String {
        #"{"iss":"\#(issuer)","aud":"\#(audience)","sub":"\#(subject)","sid":"\#(session)","#
            + #""jti":"\#(tokenID)","iat":\#(issuedAt),"#
            + #""nbf":\#(notBefore ?? issuedAt),"exp":\#(expiresAt),"use":"\#(use)"}"#
    }
}
