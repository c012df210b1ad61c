import Accounts
import Crypto
import Foundation
import Testing

@Suite("Access tokens signed with Ed25519")
struct EdDSATokenTests {
    static let now = AccessTokenTests.now
    static let session = AccessTokenTests.session

    let privateKey = Curve25519.Signing.PrivateKey()
    let key: TokenKey
    let ring: KeyRing
    let tokens: AccessTokens
    let token: AccessToken

    init() throws {
        key = TokenKey(publicKey: privateKey.publicKey, privateKey: privateKey)
        ring = KeyRing([KeyRing.Entry(key: key, signsFrom: .distantPast)])
        tokens = AccessTokens(ring: ring)
        token = try tokens.issue(for: Self.session, at: Self.now)
    }

    private func outcome(_ text: String, at time: Date = now, with tokens: AccessTokens? = nil) -> AccountError? {
        do throws(AccountError) {
            _ = try (tokens ?? self.tokens).verify(text, at: time)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Good tokens

    @Test("A token is read by the letter of RFC 8037 with nothing but the published key")
    func standard() throws {
        let published = try #require(ring.published.first)
        #expect(try #require(Text.decoded(published.x)) == privateKey.publicKey.rawRepresentation)
        let parts = token.text.split(separator: ".").map(String.init)
        let header = try JSONSerialization.jsonObject(with: try #require(Text.decoded(parts[0]))) as? [String: String]
        #expect(header == ["alg": "EdDSA", "kid": published.id, "typ": "JWT"])
        let signature = try #require(Text.decoded(parts[2]))
        #expect(privateKey.publicKey.isValidSignature(signature, for: Data((parts[0] + "." + parts[1]).utf8)))
        #expect(try tokens.verify(token.text, at: Self.now) == token.claims)
    }

    @Test("A token that was found good once still ends on time and begins on time")
    func remembered() {
        let cases: [(TimeInterval, AccountError?)] = [
            (0, nil), (899, nil), (900, .tokenExpired), (-6, .tokenInvalid), (-5, nil), (1_000_000, .tokenExpired),
        ]
        for (offset, expected) in cases {
            #expect(outcome(token.text, at: Self.now.addingTimeInterval(offset)) == expected)
        }
    }

    // MARK: Changing keys

    @Test("A new key takes over when its time has come, and the old one checks until its end")
    func succession() throws {
        let nextPrivate = Curve25519.Signing.PrivateKey()
        let next = TokenKey(publicKey: nextPrivate.publicKey, privateKey: nextPrivate)
        let end = Self.now.addingTimeInterval(965)
        ring.replace(with: [
            KeyRing.Entry(key: key, signsFrom: .distantPast, verifiesUntil: end),
            KeyRing.Entry(key: next, signsFrom: Self.now.addingTimeInterval(5)),
        ])
        #expect(ring.published.map(\.id) == [next.id, key.id])
        for (offset, header) in [(0.0, key.header), (4.9, key.header), (5, next.header), (2_000, next.header)] {
            let issued = try tokens.issue(for: Self.session, at: Self.now.addingTimeInterval(offset))
            #expect(issued.text.hasPrefix(header), "\(offset)")
        }
        let last = try tokens.issue(for: Self.session, at: Self.now.addingTimeInterval(4))
        #expect(outcome(last.text, at: Self.now.addingTimeInterval(903)) == nil)
        #expect(outcome(last.text, at: Self.now.addingTimeInterval(904)) == .tokenExpired)
        #expect(outcome(last.text, at: end) == .tokenInvalid)
    }

    @Test("A key that is taken off the ring checks nothing any more, also tokens that were found good")
    func revocation() throws {
        #expect(outcome(token.text) == nil)
        ring.replace(with: [])
        #expect(outcome(token.text) == .tokenInvalid)
        #expect(throws: TokenKeyError.noSigningKey) { try tokens.issue(for: Self.session, at: Self.now) }
    }

    @Test("A key whose private half is not known checks and does not sign")
    func publicHalf() throws {
        let reader = AccessTokens(
            ring: KeyRing([
                KeyRing.Entry(key: TokenKey(publicKey: privateKey.publicKey, privateKey: nil), signsFrom: .distantPast)
            ])
        )
        #expect(outcome(token.text, with: reader) == nil)
        #expect(throws: TokenKeyError.noSigningKey) { try reader.issue(for: Self.session, at: Self.now) }
    }

    // MARK: Attacks

    @Test(
        "Only the key's own header is taken, however well the rest is signed",
        arguments: [
            #"{"alg":"none","kid":"K","typ":"JWT"}"#, #"{"alg":"None","kid":"K","typ":"JWT"}"#,
            #"{"alg":"NONE","kid":"K","typ":"JWT"}"#, #"{"alg":"eddsa","kid":"K","typ":"JWT"}"#,
            #"{"alg":"Ed25519","kid":"K","typ":"JWT"}"#, #"{"alg":"HS256","kid":"K","typ":"JWT"}"#,
            #"{"alg":"ES256","kid":"K","typ":"JWT"}"#, #"{"alg":"RS256","kid":"K","typ":"JWT"}"#,
            #"{"alg":"HS256","typ":"JWT"}"#, #"{"alg":"EdDSA","typ":"JWT"}"#, #"{"alg":"EdDSA","kid":"","typ":"JWT"}"#,
            #"{"alg":"EdDSA","kid":"../../../dev/null","typ":"JWT"}"#, #"{"alg":"EdDSA","kid":"' OR 1=1","typ":"JWT"}"#,
            #"{"alg":"EdDSA","kid":["K"],"typ":"JWT"}"#, #"{"alg":"EdDSA","kid":"K","kid":"x","typ":"JWT"}"#,
            #"{"alg":"EdDSA","kid":"K","typ":"JWT","jku":"https://evil.example/jwks.json"}"#,
            #"{"alg":"EdDSA","kid":"K","typ":"JWT","x5u":"https://evil.example/c.pem"}"#,
            #"{"alg":"EdDSA","kid":"K","typ":"JWT","jwk":{"kty":"OKP","crv":"Ed25519","x":"AA"}}"#,
            #"{"alg":"EdDSA","kid":"K","typ":"JWT","crit":["exp"],"exp":1}"#,
            #"{"alg":"EdDSA","kid":"K","typ":"JWT","b64":false,"crit":["b64"]}"#,
            #"{"typ":"JWT","kid":"K","alg":"EdDSA"}"#, #"{"alg": "EdDSA", "kid": "K", "typ": "JWT"}"#, "{}", "",
        ]
    )
    func headers(header: String) throws {
        let unsigned = Text.encoded(header.replacing("K", with: key.id)) + "." + Text.encoded(Forged.payload())
        let signature = Text.encoded(try privateKey.signature(for: Data(unsigned.utf8)))
        #expect(outcome(unsigned + "." + signature) == .tokenInvalid)
        #expect(outcome(unsigned) == .tokenInvalid)
        #expect(outcome(unsigned + ".") == .tokenInvalid)
    }

    @Test("The forger's tools do make good tokens where they have the key and keep to the form")
    func control() throws {
        let unsigned = key.header + Text.encoded(Forged.payload())
        #expect(outcome(unsigned + "." + Text.encoded(try privateKey.signature(for: Data(unsigned.utf8)))) == nil)
    }

    @Test("The public key is no secret: an HMAC with any form of it is no signature")
    func publicKeyAsSecret() throws {
        let raw = privateKey.publicKey.rawRepresentation
        let published = try #require(ring.published.first)
        // RFC 8410's envelope of an Ed25519 public key.
        let der = Data([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]) + raw
        let pem = "-----BEGIN PUBLIC KEY-----\n\(der.base64EncodedString())\n-----END PUBLIC KEY-----\n"
        let secrets = [
            raw, der, Data(pem.utf8), Data(pem.dropLast().utf8), Data(published.x.utf8), Data(key.id.utf8), Data(),
        ]
        for secret in secrets {
            for header in [
                AccessTokenTests.header, key.header,
                Text.encoded(#"{"alg":"HS256","kid":"\#(key.id)","typ":"JWT"}"#) + ".",
            ] {
                let unsigned = header + Text.encoded(Forged.payload())
                let code = HMAC<SHA256>.authenticationCode(
                    for: Data(unsigned.utf8),
                    using: SymmetricKey(data: secret)
                )
                #expect(outcome(unsigned + "." + Text.encoded(Data(code))) == .tokenInvalid)
                #expect(outcome(unsigned + "." + Text.encoded(Data(code) + Data(code))) == .tokenInvalid)
            }
        }
    }

    @Test("Another key's signature is none, under its own id and under ours")
    func otherKey() throws {
        let otherPrivate = Curve25519.Signing.PrivateKey()
        let other = TokenKey(publicKey: otherPrivate.publicKey, privateKey: otherPrivate)
        for header in [other.header, key.header] {
            let unsigned = header + Text.encoded(Forged.payload())
            let signature = Text.encoded(try otherPrivate.signature(for: Data(unsigned.utf8)))
            #expect(outcome(unsigned + "." + signature) == .tokenInvalid)
        }
    }

    @Test("Claims that are not an access token of ours are refused although the signature is right")
    func claims() throws {
        for payload in [
            Forged.payload(issuer: "evil"), Forged.payload(audience: "other-api"), Forged.payload(use: "refresh"),
            Forged.payload(use: "2fa"), Forged.payload(session: ""), Forged.payload(notBefore: "0"),
            Forged.payload(expiresAt: "null"), Forged.payload() + " ", "{}", "",
        ] {
            let unsigned = key.header + Text.encoded(payload)
            let signature = Text.encoded(try privateKey.signature(for: Data(unsigned.utf8)))
            #expect(outcome(unsigned + "." + signature) == .tokenInvalid)
        }
    }

    @Test("No single changed, missing or added character passes, also of a token that was found good before")
    func everyByte() {
        #expect(outcome(token.text) == nil)
        let bytes = Array(token.text.utf8)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(outcome(String(decoding: changed, as: UTF8.self)) == .tokenInvalid)
            #expect(outcome(String(decoding: bytes[..<index], as: UTF8.self)) == .tokenInvalid)
            #expect(outcome(String(decoding: bytes[..<index] + bytes[(index + 1)...], as: UTF8.self)) == .tokenInvalid)
        }
        for addition in ["=", ".", "A", " ", "\n", "\0", "é"] {
            #expect(outcome(token.text + addition) == .tokenInvalid)
            #expect(outcome(addition + token.text) == .tokenInvalid)
        }
    }

    @Test("A signature has one form: neither free bits at its end nor its number plus the group's order pass")
    func malleability() throws {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        #expect(alphabet.filter { outcome(String(token.text.dropLast()) + String($0)) == nil }.count == 1)
        let parts = token.text.split(separator: ".").map(String.init)
        var signature = Array(try #require(Text.decoded(parts[2])))
        // RFC 8032, 5.1.7: S counts modulo L = 2^252 + 27742317777372353535851937790883648493, little-endian.
        let order: [UInt8] =
            [
                0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
            ] + Array(repeating: 0, count: 15) + [0x10]
        var carry = 0
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            signature[32 + index] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
        #expect(outcome(parts[0] + "." + parts[1] + "." + Text.encoded(Data(signature))) == .tokenInvalid)
    }
}

/// Base64 for URLs by Foundation, so that ours is not its own witness.
private enum Text {
    static func encoded(_ text: String) -> String { encoded(Data(text.utf8)) }

    static func encoded(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    static func decoded(_ text: String) -> Data? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }
}
