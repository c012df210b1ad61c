import APIContract
import Accounts
import Guard
import HTTPTypes
import Hummingbird
import MarketFeed
import NIOCore
import NIOHTTP1

extension APIError {
    /// Turns any error into status, code and public sentence: the only place that knows a status for a capability's error.
    package init(mapping error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as AccountError: self.init(account: error)
        case let error as SecondFactorError: self.init(secondFactor: error, isSigningIn: true)
        case let error as OwnerCheckError: self.init(owner: error)
        case is LinkInvalid:
            self.init(.unprocessableContent, .linkInvalid, "This link was used, has run out, or is none of ours.")
        case is LettersFull: self = .unavailable(.busy, "Too many mails wait to be sent.", retryAfter: 60)
        case let error as GateRefusal: self.init(gate: error)
        case let error as SignInRefusal: self.init(signIn: error)
        case let error as MarketFeedError: self.init(market: error)
        case is NIOTooManyBytesError:
            self.init(.contentTooLarge, .bodyTooLarge, "At most \(AppContext.maximumBodyBytes) bytes.")
        case let error as HTTPError: self.init(framework: error)
        // The rest of the body did not come: hung up on, too slow, or framed wrongly. Nobody reads this answer.
        case is HTTPParserError, is IOError: self.init(.badRequest, .malformedRequest, "The request was cut off.")
        case is CancellationError, is ChannelError:
            self = .unavailable(.draining, "The connection ended before the answer.", retryAfter: 1)
        case let error as any ServiceUnavailable where error.retryAfterSeconds != nil:
            let seconds = error.retryAfterSeconds ?? 1
            self = .unavailable(.storageUnavailable, "Storage does not answer.", retryAfter: seconds)
        default:
            self.init(.internalServerError, .unexpectedFailure, "Something went wrong on our side.")
        }
    }

    private init(account error: AccountError) {
        switch error {
        case .inputInvalid(let faults): self = .invalid(faults.map { FieldProblem($0) })
        case .emailTaken: self.init(.conflict, .emailTaken, "This address has an account.")
        case .invalidCredentials:
            self.init(.unauthorized, .invalidCredentials, "The address or the password is wrong.")
        case .accountBlocked: self.init(.forbidden, .accountBlocked, "This account is blocked.")
        case .tokenInvalid: self = .unauthenticated(.tokenInvalid, "The access token is not valid.")
        case .tokenExpired: self = .unauthenticated(.tokenExpired, "The access token has expired.")
        case .refreshTokenInvalid:
            self = .unauthenticated(.refreshTokenInvalid, "The refresh token is missing, unknown or no longer good.")
        case .refreshTokenReused:
            self = .unauthenticated(
                .refreshTokenReused,
                "This refresh token was used before; its session has ended for safety."
            )
        case .refreshTokenOvertaken:
            self.init(.conflict, .refreshTokenOvertaken, "A later request has carried the session on: use its tokens.")
        case .stepUpRequired:
            self = .unauthenticated(.stepUpRequired, "Another device in another network: sign in again.")
        case .sessionUnknown: self.init(.notFound, .notFound, "There is no such session.")
        case .hashingBusy(let seconds):
            self = .unavailable(.busy, "Too many sign-ins at once.", retryAfter: seconds)
        }
    }

    /// What Hummingbird itself throws.
    private init(framework error: HTTPError) {
        switch error.status {
        case .notFound: self.init(.notFound, .notFound, "There is nothing at this address.")
        case .contentTooLarge:
            self.init(.contentTooLarge, .bodyTooLarge, "At most \(AppContext.maximumBodyBytes) bytes.")
        case .internalServerError:
            self.init(.internalServerError, .unexpectedFailure, "Something went wrong on our side.")
        default: self.init(error.status, .malformedRequest, error.status.reasonPhrase)
        }
    }
}

extension FieldProblem {
    /// - Parameters:
    ///   - fault: what is wrong.
    ///   - field: the request's name for it, where it is not the usual one.
    init(_ fault: AccountInputFault, field: String? = nil) {
        let (code, message): (FieldErrorCode, String) =
            switch fault {
            case .emailMalformed: (.malformed, "This is not an e-mail address.")
            case .passwordTooShort(let minimum): (.tooShort, "At least \(minimum) characters.")
            case .passwordTooLong(let maximum): (.tooLong, "At most \(maximum) characters.")
            case .passwordCommon: (.tooCommon, "This password is among the first that attackers try.")
            case .passwordContainsEmail: (.containsEmail, "The password must not contain the address.")
            }
        self.init(field: field ?? fault.field, code: code, message: message)
    }
}

/// An error of something outside that may answer again soon, such as the database.
///
/// The composition root conforms the drivers' errors, which this target does not know.
package protocol ServiceUnavailable: Error {
    /// When trying again makes sense; nil where the error is no outage but our own fault.
    var retryAfterSeconds: Int? { get }
}
