import APIContract
import Accounts
import HTTPTypes
import Hummingbird

/// `/.well-known/jwks.json`: what others check our access tokens with; empty while they are signed with a secret.
struct KeyRoutes {
    let ring: KeyRing

    func add(to router: Router<AppContext>) {
        router.get(".well-known/jwks.json", use: keys)
    }

    @Sendable func keys(_ request: Request, context: AppContext) async throws -> Response {
        let keys = ring.published.map { JSONWebKey(id: $0.id, x: $0.x) }
        // As long as a new key is published before it signs.
        let headers: HTTPFields = [
            .contentType: "application/jwk-set+json", .cacheControl: "public, max-age=\(Int(SigningKeys.leadSeconds))",
        ]
        return Response(headers: headers, json: JSONWebKeySet(keys: keys))
    }
}
