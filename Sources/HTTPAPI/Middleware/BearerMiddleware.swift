import APIContract
import HTTPTypes
import Hummingbird

/// Lets only callers through whom ``IdentityMiddleware`` knows.
///
/// The token is read from one `Authorization: Bearer` field and from nowhere else: never from the address, and two such
/// fields are no field.
struct BearerMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        if let failure = context.identityFailure { throw failure }
        _ = try context.requireCaller()
        return try await next(request, context)
    }

    static func token(of headers: HTTPFields) throws(APIError) -> String {
        let fields = headers[values: .authorization]
        guard let field = fields.first else {
            throw .unauthenticated(.authenticationRequired, "A bearer token is required.")
        }
        let parts = field.split(separator: " ", omittingEmptySubsequences: false)
        guard fields.count == 1, parts.count == 2, parts[0].lowercased() == "bearer", !parts[1].isEmpty else {
            throw .unauthenticated(.tokenInvalid, "Expected one field \"Authorization: Bearer <token>\".")
        }
        return String(parts[1])
    }
}
