import APIContract
import Accounts
import HTTPTypes

extension APIError {
    /// At sign-in a missing or wrong code is 401, for nobody is signed in yet; afterwards it is 403.
    init(secondFactor error: SecondFactorError, isSigningIn: Bool) {
        let refused: HTTPResponse.Status = isSigningIn ? .unauthorized : .forbidden
        switch error {
        case .codeRequired: self.init(refused, .totpRequired, "A code of the authenticator app is required.")
        case .codeWrong: self.init(refused, .totpInvalid, "The code is wrong or was used before.")
        case .tooManyCodes(let seconds): self = .tooManyAttempts(retryAfter: seconds)
        case .alreadyOn: self.init(.conflict, .totpAlreadyEnabled, "The second factor is on already.")
        case .notSetUp: self.init(.conflict, .totpNotEnabled, "The second factor is not set up.")
        }
    }

    init(owner error: OwnerCheckError) {
        switch error {
        case .required:
            self.init(.forbidden, .stepUpRequired, "Show who you are first: POST /api/v1/auth/step-up.")
        case .passwordWrong: self.init(.forbidden, .invalidCredentials, "The current password is wrong.")
        case .tooManyTries(let seconds): self = .tooManyAttempts(retryAfter: seconds)
        }
    }

    /// 429 for guesses; the number is whole seconds.
    static func tooManyAttempts(retryAfter seconds: Int) -> APIError {
        APIError(
            .tooManyRequests,
            .tooManyAttempts,
            "Too many wrong attempts. Come back later.",
            headers: [.retryAfter: String(seconds)]
        )
    }
}
