import APIContract
import Accounts
import Hummingbird

/// `/api/v1/auth`: registering and signing in.
struct AuthRoutes {
    let accounts: AccountService

    func add(to group: RouterGroup<AppContext>) {
        group.post("register", use: register)
        group.post("login", use: login)
    }

    @Sendable func register(_ request: Request, context: AppContext) async throws -> Response {
        let credentials = try Credentials(try await request.jsonFields(context: context))
        let admission = try await accounts.register(
            email: credentials.email,
            password: credentials.password,
            from: RequestOrigin(request, context: context)
        )
        return Response(status: .created, json: TokenPair(admission))
    }

    @Sendable func login(_ request: Request, context: AppContext) async throws -> Response {
        let credentials = try Credentials(try await request.jsonFields(context: context))
        let admission = try await accounts.login(
            email: credentials.email,
            password: credentials.password,
            from: RequestOrigin(request, context: context)
        )
        return Response(json: TokenPair(admission))
    }
}

/// What both calls take.
private struct Credentials {
    let email: String
    let password: String

    init(_ fields: RequestFields) throws(APIError) {
        var fields = fields
        let email = fields.text("email", characters: 1...255)
        let password = fields.text("password", characters: 1...1024)
        // Accepted and checked from the first day; kept once sessions exist.
        let _: Bool? = fields.optionalObject("device") { device in
            _ = device.optionalText("name", characters: 1...100)
            _ = device.optionalText("platform", characters: 1...40)
            _ = device.optionalText("fingerprint", characters: 1...200)
            return true
        }
        try fields.finish()
        guard let email, let password else { throw .invalid([]) }
        self.email = email
        self.password = password
    }
}
