import APIContract
import Guard
import HTTPTypes

extension APIError {
    /// Why the guard turned a request away.
    init(gate refusal: GateRefusal) {
        switch refusal {
        case .banned(let seconds): self = .addressBlocked(retryAfter: seconds)
        case .attackTool: self.init(.forbidden, .agentRefused, "This program is not served here.")
        }
    }

    /// Why an attempt to sign in was not looked at.
    init(signIn refusal: SignInRefusal) {
        switch refusal {
        case .addressBlocked(let seconds): self = .addressBlocked(retryAfter: seconds)
        case .tooManyAttempts(let seconds):
            self.init(
                .tooManyRequests,
                .tooManyAttempts,
                "Too many failed attempts; try again in \(seconds) seconds.",
                headers: [.retryAfter: String(seconds)]
            )
        }
    }

    private static func addressBlocked(retryAfter seconds: Int?) -> APIError {
        APIError(
            .forbidden,
            .ipBlocked,
            "This address is blocked" + (seconds.map { "; try again in \($0) seconds." } ?? "."),
            headers: seconds.map { [.retryAfter: String($0)] } ?? [:]
        )
    }
}
