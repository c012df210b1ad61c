import APIContract
import Accounts
import Hummingbird

/// `/api/v1/auth/verify-email`: the link of a letter to a new address, of a registration or of an account that moves.
struct VerificationRoutes {
    let registration: Registration
    let profiles: Profiles
    let sessions: SessionService
    let cookie: RefreshCookie

    func add(to group: RouterGroup<AppContext>) {
        group.post("verify-email", use: verify)
    }

    /// A registration is signed in: its owner has just chosen the password and shown the mailbox.
    ///
    /// An account that moves is not: its second factor is not in the mailbox.
    @Sendable func verify(_ request: Request, context: AppContext) async throws -> Response {
        let token = try await request.linkToken(context: context)
        let origin = RequestOrigin(request, context: context)
        do {
            let user = try await registration.complete(token: token, from: origin)
            let admission = try await sessions.open(for: user, on: ClientDevice(), from: origin, recording: nil)
            return Response(admission: admission, to: request, cookie: cookie)
        } catch is LinkInvalid {
            try await profiles.confirmAddress(token: token, from: origin)
            return Response(status: .noContent)
        }
    }
}
