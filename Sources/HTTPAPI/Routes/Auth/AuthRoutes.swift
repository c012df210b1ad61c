import APIContract
import Accounts
import Guard
import HTTPTypes
import Hummingbird

/// `/api/v1/auth`: registering and signing in.
struct AuthRoutes {
    let accounts: AccountService
    let care: AccountCare
    let cookie: RefreshCookie
    let gate: Gate

    func add(to group: RouterGroup<AppContext>) {
        group.post("register", use: register)
        group.post("login", use: login)
    }

    @Sendable func register(_ request: Request, context: AppContext) async throws -> Response {
        let credentials = try Credentials(try await fields(of: request, context: context))
        let origin = RequestOrigin(request, context: context)
        if care.confirmsAddresses {
            let (email, password) = (credentials.email, credentials.password)
            try await care.registration.request(email: email, password: password, from: origin)
            return Response(status: .accepted, json: MailSent(status: "verification_sent"))
        }
        let admission = try await accounts.register(
            email: credentials.email,
            password: credentials.password,
            on: credentials.device,
            from: origin
        )
        return Response(status: .created, admission: admission, to: request, cookie: cookie)
    }

    @Sendable func login(_ request: Request, context: AppContext) async throws -> Response {
        let credentials = try Credentials(try await fields(of: request, context: context), isSigningIn: true)
        let admission = try await accounts.login(
            email: credentials.email,
            password: credentials.password,
            secondFactor: credentials.proof,
            on: credentials.device,
            presenting: RefreshCookie.token(of: request),
            from: RequestOrigin(request, context: context)
        )
        return Response(admission: admission, to: request, cookie: cookie)
    }

    /// The body's fields; one that no form of ours has gives its sender away.
    private func fields(of request: Request, context: AppContext) async throws -> RequestFields {
        let fields = try await request.jsonFields(context: context)
        if fields.hasAny(of: Decoys.fields) { await gate.note(.decoyField, by: Visitor(request, context: context)) }
        return fields
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
    let proof: SecondFactor.Proof?
    let device: ClientDevice

    init(_ fields: RequestFields, isSigningIn: Bool = false) throws(APIError) {
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
        let code = isSigningIn ? fields.optionalText("totpCode", characters: 1...16) : nil
        let recoveryCode = isSigningIn ? fields.optionalText("recoveryCode", characters: 1...64) : nil
        try fields.finish()
        guard let email, let password else { throw .invalid([]) }
        self.email = email
        self.password = password
        proof = SecondFactor.Proof(code: code, recoveryCode: recoveryCode)
        self.device = device ?? ClientDevice()
    }
}
