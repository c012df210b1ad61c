import APIContract
import Accounts
import HTTPTypes
import Hummingbird

/// `/api/v1/user/me`: changing and erasing the caller's own account.
struct ProfileRoutes {
    let accounts: AccountService
    let profiles: Profiles

    func add(to group: RouterGroup<AppContext>) {
        group.get("me", use: me)
        group.patch("me", use: change)
        group.delete("me", use: erase)
    }

    @Sendable func me(_ request: Request, context: AppContext) async throws -> Response {
        Response(json: try await profile(of: try context.requireCaller()))
    }

    @Sendable func change(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let change = try ProfileChange(try await request.jsonFields(context: context))
        let isWaiting = try await profiles.change(
            caller.userID,
            sessionID: caller.sessionID,
            change,
            from: RequestOrigin(request, context: context)
        )
        // 202: the new address counts once its owner has opened the link.
        return Response(status: isWaiting ? .accepted : .ok, json: try await profile(of: caller))
    }

    @Sendable func erase(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await request.jsonFields(context: context)
        let password = fields.text("password", characters: 1...1024)
        try fields.finish()
        guard let password else { throw APIError.invalid([]) }
        let origin = RequestOrigin(request, context: context)
        try await profiles.erase(caller.userID, password: password, from: origin)
        accounts.sessions.apply([StandingChange(.erased, userID: caller.userID)])
        return Response(status: .noContent)
    }

    private func profile(of caller: Caller) async throws -> UserProfile {
        guard let user = try await accounts.user(caller.userID) else { throw AccountError.tokenInvalid }
        return UserProfile(user, tier: caller.tier)
    }
}

extension ProfileChange {
    /// Reads the body of `PATCH /user/me`; null takes a name or a risk away.
    fileprivate init(_ fields: RequestFields) throws(APIError) {
        var fields = fields
        self.init()
        email = fields.optionalText("email", characters: 1...255)
        newPassword = fields.optionalText("password", characters: 1...1024)
        currentPassword = fields.optionalText("currentPassword", characters: 1...1024)
        displayName = fields.clearableText("displayName", characters: Profiles.nameLengths)
        riskPercent = fields.clearableDecimal("riskPercent", in: Profiles.riskPercents, places: 2)
        if email != nil || newPassword != nil, currentPassword == nil {
            fields.complain("currentPassword", .required, "A new address or password needs the current password.")
        }
        try fields.finish()
    }
}
