import APIContract
import Accounts
import Hummingbird

/// `/api/v1/auth/2fa`: the second factor of whoever is signed in.
struct TwoFactorRoutes {
    let secondFactor: SecondFactor
    let owner: OwnerCheck

    func add(to group: RouterGroup<AppContext>) {
        group.post("setup", use: setUp)
        group.post("verify", use: verify)
        group.delete(use: disable)
    }

    @Sendable func setUp(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let origin = RequestOrigin(request, context: context)
        var fields = try await request.jsonFields(context: context)
        let password = fields.text("password", characters: 1...1024)
        try fields.finish()
        guard let password else { throw APIError.invalid([]) }
        try await owner.password(password, of: caller.userID, from: origin)
        let enrolment = try await secondFactor.setUp(caller.userID, from: origin)
        return Response(
            json: TwoFactorSetup(
                secret: enrolment.secret.reveal(),
                otpauthUrl: enrolment.otpauthURL.reveal(),
                qrSvg: enrolment.qrSVG.reveal()
            )
        )
    }

    @Sendable func verify(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await request.jsonFields(context: context)
        let code = fields.text("code", characters: 1...16)
        try fields.finish()
        guard let code else { throw APIError.invalid([]) }
        do {
            let origin = RequestOrigin(request, context: context)
            let codes = try await secondFactor.confirm(caller.userID, code: code, from: origin)
            return Response(json: TwoFactorEnabled(recoveryCodes: codes.map { $0.reveal() }))
        } catch let error as SecondFactorError {
            throw APIError(secondFactor: error, isSigningIn: false)
        }
    }

    /// The password is looked at first: with a wrong one a right code tells nothing and is not spent.
    @Sendable func disable(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        let origin = RequestOrigin(request, context: context)
        var fields = try await request.jsonFields(context: context)
        let password = fields.text("password", characters: 1...1024)
        let code = fields.optionalText("totpCode", characters: 1...16)
        let recoveryCode = fields.optionalText("recoveryCode", characters: 1...64)
        let proof = SecondFactor.Proof(code: code, recoveryCode: recoveryCode)
        if proof == nil { fields.complain("totpCode", .required, "This field is required.") }
        try fields.finish()
        guard let password, let proof else { throw APIError.invalid([]) }
        try await owner.password(password, of: caller.userID, from: origin)
        do {
            try await secondFactor.disable(caller.userID, with: proof, from: origin)
        } catch let error as SecondFactorError {
            throw APIError(secondFactor: error, isSigningIn: false)
        }
        return Response(status: .noContent)
    }
}
