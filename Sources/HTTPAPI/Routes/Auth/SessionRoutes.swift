import APIContract
import Accounts
import Foundation
import HTTPServing
import HTTPTypes
import Hummingbird

/// `/api/v1/auth`: carrying a session on and ending it.
struct SessionRoutes {
    let sessions: SessionService
    let cookie: RefreshCookie
    let pages: CookieOriginRule

    func add(to group: RouterGroup<AppContext>) {
        group.post("refresh", use: refresh)
        group.post("logout", use: logout)
    }

    @Sendable func refresh(_ request: Request, context: AppContext) async throws -> Response {
        try pages.check(request, context: context)
        let credential = try await RefreshCredential(request, context: context)
        guard let token = credential.token else { throw AccountError.refreshTokenInvalid }
        let arrival = await context.arrival()
        // A token that nobody would hear of is better not issued.
        guard !arrival.isAbandoned else {
            throw APIError(.badRequest, .malformedRequest, "The client hung up before it was heard.")
        }
        do {
            let origin = RequestOrigin(request, context: context)
            let admission = try await sessions.refresh(token, from: origin, waited: arrival.age)
            return Response(admission: admission, to: request, cookie: cookie)
        } catch let error as AccountError where credential.isCookie && error.endsCookie {
            var problem = APIError(mapping: error)
            problem.headers[.setCookie] = cookie.clear(for: request)
            throw problem
        }
    }

    /// Ends the session of the cookie, of the body's token, and of the bearer: whichever there are.
    @Sendable func logout(_ request: Request, context: AppContext) async throws -> Response {
        try pages.check(request, context: context)
        let origin = RequestOrigin(request, context: context)
        let credential = try await RefreshCredential(request, context: context)
        if let token = credential.token { try await sessions.end(ofToken: token, from: origin) }
        do {
            let caller = try await sessions.authenticate(try BearerMiddleware.token(of: request.headers))
            try await sessions.end(caller.session, because: .logout, from: origin)
        } catch AccountError.sessionUnknown {
            // The token above was of the same session.
        } catch  where credential.token != nil && APIError(mapping: error).status == .unauthorized {
            // Somebody who is leaving need not show a second, older token that is good.
        }
        let headers: HTTPFields = credential.isCookie ? [.setCookie: cookie.clear(for: request)] : [:]
        return Response(status: .noContent, headers: headers)
    }
}

/// The refresh token a request brought, and how.
private struct RefreshCredential {
    /// Nil where there is none.
    let token: String?
    let isCookie: Bool

    /// Reads the body of a native app, else the cookie.
    ///
    /// - Throws: as ``Request/jsonFields(context:)``; 422 for a token in the body of what is no native app.
    init(_ request: Request, context: AppContext) async throws {
        var fields = try await request.optionalJSONFields(context: context)
        let given = fields.optionalText("refreshToken", characters: 1...200)
        if given != nil, !ClientKind.isNative(request) {
            fields.complain("refreshToken", .malformed, "Only an app with X-Client: native sends it in the body.")
        }
        try fields.finish()
        let kept = RefreshCookie.token(of: request)
        token = given ?? kept
        isCookie = kept != nil
    }
}

extension AccountError {
    /// Whether the cookie that brought it is of no more use.
    fileprivate var endsCookie: Bool {
        switch self {
        case .refreshTokenInvalid, .refreshTokenReused: true
        default: false
        }
    }
}
