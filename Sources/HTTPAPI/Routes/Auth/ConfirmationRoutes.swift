import APIContract
import Accounts
import Hummingbird

/// `/api/v1/auth/step-up`: shows anew that the session is its owner's, for what a stolen token must not do.
struct ConfirmationRoutes {
    let owner: OwnerCheck

    func add(to group: RouterGroup<AppContext>) {
        group.post("step-up", use: confirm)
    }

    @Sendable func confirm(_ request: Request, context: AppContext) async throws -> Response {
        let caller = try context.requireCaller()
        var fields = try await request.jsonFields(context: context)
        let password = fields.optionalText("password", characters: 1...1024)
        let code = fields.optionalText("totpCode", characters: 1...16)
        let proof = password.map(OwnerCheck.Proof.password) ?? code.map(OwnerCheck.Proof.code)
        if proof == nil { fields.complain("password", .required, "A password or a code is required.") }
        try fields.finish()
        guard let proof else { throw APIError.invalid([]) }
        let origin = RequestOrigin(request, context: context)
        do {
            try await owner.confirm(caller.sessionID, of: caller.userID, by: proof, from: origin)
        } catch let error as SecondFactorError {
            throw APIError(secondFactor: error, isSigningIn: false)
        }
        return Response(json: StepUp(expiresIn: Int(OwnerCheck.freshness)))
    }
}
