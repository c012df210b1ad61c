import APIContract
import Accounts
import HTTPAPI
import HTTPServing
import HTTPTypes
import Hummingbird
import MarketFeed
import Markets
import NIOCore
import NIOHTTP1
import StrictJSON
import Testing

@Suite("Errors on the wire")
struct ErrorMappingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let error: any Error
        let status: Int
        let code: APIErrorCode
        var retryAfter: String?

        var testDescription: String { "\(error)" }
    }

    private struct Unforeseen: Error {}

    private struct Outage: ServiceUnavailable {
        let retryAfterSeconds: Int?
    }

    static let accounts: [Case] = [
        Case(error: AccountError.inputInvalid([.emailMalformed]), status: 422, code: .validationFailed),
        Case(error: AccountError.emailTaken, status: 409, code: .emailTaken),
        Case(error: AccountError.invalidCredentials, status: 401, code: .invalidCredentials),
        Case(error: AccountError.accountBlocked, status: 403, code: .accountBlocked),
        Case(error: AccountError.tokenInvalid, status: 401, code: .tokenInvalid),
        Case(error: AccountError.tokenExpired, status: 401, code: .tokenExpired),
        Case(error: AccountError.hashingBusy(retryAfterSeconds: 7), status: 503, code: .busy, retryAfter: "7"),
    ]

    static let market: [Case] = [
        Case(error: MarketFeedError.symbolUnknown("NOTHING"), status: 404, code: .symbolUnknown),
        Case(error: MarketFeedError.venueUnknown("x"), status: 422, code: .validationFailed),
        Case(error: MarketFeedError.intervalUnknown("2m"), status: 422, code: .validationFailed),
        Case(error: MarketFeedError.limitOutOfRange(0), status: 422, code: .validationFailed),
        Case(
            error: MarketFeedError.instantOutOfRange(MarketTime(milliseconds: -1)),
            status: 422,
            code: .validationFailed
        ),
        Case(error: MarketFeedError.rangeTooWide(candles: 2_000, limit: 1_000), status: 422, code: .validationFailed),
        Case(error: MarketFeedError.storeUnavailable, status: 503, code: .storageUnavailable, retryAfter: "1"),
    ]

    static let others: [Case] = [
        Case(error: NIOTooManyBytesError(maxBytes: 1), status: 413, code: .bodyTooLarge),
        Case(error: HTTPError(.notFound), status: 404, code: .notFound),
        Case(error: HTTPError(.badRequest), status: 400, code: .malformedRequest),
        Case(error: HTTPError(.internalServerError), status: 500, code: .unexpectedFailure),
        Case(error: HTTPParserError.closedConnection, status: 400, code: .malformedRequest),
        Case(error: IOError(errnoCode: 104, reason: "read"), status: 400, code: .malformedRequest),
        Case(error: ChannelError.ioOnClosedChannel, status: 503, code: .draining, retryAfter: "1"),
        Case(error: CancellationError(), status: 503, code: .draining, retryAfter: "1"),
        Case(error: Outage(retryAfterSeconds: 3), status: 503, code: .storageUnavailable, retryAfter: "3"),
        Case(error: Outage(retryAfterSeconds: nil), status: 500, code: .unexpectedFailure),
        Case(error: Unforeseen(), status: 500, code: .unexpectedFailure),
    ]

    @Test("Each error has its status, its code and a sentence without internals", arguments: accounts + market + others)
    func mapping(_ example: Case) throws {
        let problem = APIError(mapping: example.error)
        #expect(problem.status.code == example.status)
        #expect(problem.code == example.code)
        #expect(problem.headers[.retryAfter] == example.retryAfter)
        #expect(!problem.detail.contains("Error") && !problem.detail.contains("("))
        let answer = problem.response(requestId: "r-1")
        #expect(answer.headers[.contentType] == "application/problem+json")
        #expect(answer.headers[.cacheControl] == "no-store")
        let document = problem.document(requestId: "r-1")
        #expect(document.status == example.status)
        #expect(document.type == "urn:tradepulse:problem:\(example.code.rawValue)")
        #expect(document.requestId == "r-1")
        #expect(example.status != 401 || example.code == .invalidCredentials || answer.headers[.wwwAuthenticate] != nil)
    }

    @Test("What the server refuses before routing has a code of the contract too")
    func refusals() throws {
        let refusals: [HTTPRefusal] = [
            .notHTTP, .methodNotAllowed(""), .uriTooLong, .headersTooLarge, .bodyTooLarge, .timedOut,
            .expectationFailed, .upgradeRequired, .handshakeMalformed, .tooManyConnections, .shuttingDown, .unavailable,
        ]
        for refusal in refusals {
            #expect(APIErrorCode(rawValue: refusal.code) != nil, "\(refusal.code)")
        }
    }
}
