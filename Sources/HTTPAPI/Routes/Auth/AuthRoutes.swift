import APIContract
import Accounts
import HTTPTypes
import Hummingbird

/// `/api/v1/auth`: registering and signing in.
struct AuthRoutes {
    let accounts: AccountService
    let cookie: RefreshCookie

    func add(to group: RouterGroup<AppContext>) {
        group.post("register", use: register)
        group.post("login", use: login)
    }

    @Sendable func register(_ request: Request, context: AppContext) async throws -> Response {
        let credentials = try Credentials(try await request.jsonFields(context: context))
        let admission = try await accounts.register(
            email: credentials.email,
            password: credentials.password,
            on: credentials.device,
            from: RequestOrigin(request, context: context)
        )
        return Response(status: .created, admission: admission, to: request, cookie: cookie)
    }

    @Sendable func login(_ request: Request, context: AppContext) async throws -> Response {
        let credentials = try Credentials(try await request.jsonFields(context: context))
        let admission = try await accounts.login(
            email: credentials.email,
            password: credentials.password,
            on: credentials.device,
            from: RequestOrigin(request, context: context)
        )
        return Response(admission: admission, to: request, cookie: cookie)
    }
}

extension Response {
    /// The tokens: a native app gets both in the body, everybody else the refresh token in the cookie only.
    init(status: HTTPResponse.Status = .ok, admission: Admission, to request: Request, cookie: RefreshCookie) {
        let isNative = ClientKind.isNative(request)
        self.init(
            status: status,
            headers: isNative ? [:] : [.setCookie: cookie.set(admission, for: request)],
            json: TokenPair(admission, showsRefreshToken: isNative)
        )
    }
}

/// What both calls take.
private struct Credentials {
    let email: String
    let password: String
    let device: ClientDevice

    init(_ fields: RequestFields) throws(APIError) {
        var fields = fields
        let email = fields.text("email", characters: 1...255)
        let password = fields.text("password", characters: 1...1024)
        let device = fields.optionalObject("device") { device in
            ClientDevice(
                name: device.optionalText("name", characters: 1...100),
                platform: device.optionalText("platform", characters: 1...40),
                fingerprint: device.optionalText("fingerprint", characters: 1...200)
            )
        }
        try fields.finish()
        guard let email, let password else { throw .invalid([]) }
        self.email = email
        self.password = password
        self.device = device ?? ClientDevice()
    }
}
