import APIContract
import Accounts
import Hummingbird

/// `/api/v1/auth/password/reset` and `/api/v1/auth/not-me`: what somebody does who cannot sign in, or would rather that
/// somebody else could not.
struct PasswordRoutes {
    let reset: PasswordReset

    func add(to group: RouterGroup<AppContext>) {
        group.post("password/reset", use: request)
        group.post("password/reset/confirm", use: confirm)
        group.post("not-me", use: disown)
    }

    /// One answer for every address.
    @Sendable func request(_ request: Request, context: AppContext) async throws -> Response {
        var fields = try await request.jsonFields(context: context)
        let email = fields.text("email", characters: 1...255)
        try fields.finish()
        guard let email else { throw APIError.invalid([]) }
        try await reset.request(email: email, from: RequestOrigin(request, context: context))
        return Response(status: .accepted, json: MailSent(status: "reset_sent"))
    }

    @Sendable func confirm(_ request: Request, context: AppContext) async throws -> Response {
        var fields = try await request.jsonFields(context: context)
        let token = fields.text("token", characters: 1...200)
        let password = fields.text("newPassword", characters: 1...1024)
        try fields.finish()
        guard let token, let password else { throw APIError.invalid([]) }
        do {
            let origin = RequestOrigin(request, context: context)
            try await reset.confirm(token: token, newPassword: password, from: origin)
        } catch AccountError.inputInvalid(let faults) {
            throw APIError.invalid(faults.map { FieldProblem($0, field: "newPassword") })
        }
        return Response(status: .noContent)
    }

    @Sendable func disown(_ request: Request, context: AppContext) async throws -> Response {
        let token = try await request.linkToken(context: context)
        try await reset.disown(token: token, from: RequestOrigin(request, context: context))
        return Response(status: .accepted, json: MailSent(status: "session_ended"))
    }
}

extension Request {
    /// The one field of the calls that links in mails lead to.
    func linkToken(context: AppContext) async throws -> String {
        var fields = try await jsonFields(context: context)
        let token = fields.text("token", characters: 1...200)
        try fields.finish()
        guard let token else { throw APIError.invalid([]) }
        return token
    }
}
