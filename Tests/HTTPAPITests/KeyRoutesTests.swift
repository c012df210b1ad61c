import Accounts
import StrictJSON
import Testing

@Suite("Published keys", .timeLimit(.minutes(1)))
struct KeyRoutesTests {
    @Test("While tokens are signed with a secret, nothing of it is published")
    func secret() async throws {
        try await LiveAPI.serving { api in
            let answer = try await api.get("/.well-known/jwks.json")
            #expect(answer.status == 200 && answer.header("Content-Type") == "application/jwk-set+json")
            #expect(answer.json?["keys"]?.items == [])
        }
    }

    @Test("A key's public half is published, the newest first, and never more of it")
    func keys() async throws {
        var options = LiveAPI.Options()
        options.signsWithKeys = true
        try await LiveAPI.serving(options) { api in
            let answer = try await api.get("/.well-known/jwks.json")
            let key = try #require(answer.json?["keys"]?.items?.first)
            #expect(key.members?.map(\.name).sorted() == ["alg", "crv", "kid", "kty", "use", "x"])
            #expect(key["kty"]?.text == "OKP" && key["crv"]?.text == "Ed25519" && key["alg"]?.text == "EdDSA")
            #expect(key["x"]?.text == api.tokens.ring.published.first?.x)
            let token = try api.token()
            #expect(try await api.get("/api/v1/user/me", token: token).status == 200)
            #expect(try await api.get("/api/v1/user/me", token: token + "A").status == 401)
        }
    }
}
