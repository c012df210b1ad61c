import APIContract
import Accounts
import HTTPTypes
import Hummingbird

/// Lets only callers with a valid access token through.
///
/// The token is read from one `Authorization: Bearer` field and from nowhere else: never from the address, and two such
/// fields are no field.
struct BearerMiddleware: RouterMiddleware {
    let accounts: AccountService

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let token = try Self.token(of: request.headers)
        if let caller = try accounts.authenticateWithoutWaiting(token) {
            context.caller = caller
        } else {
            context.caller = try await accounts.authenticate(token)
        }
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
