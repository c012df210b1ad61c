import APIContract
package import Accounts
import Crypto
package import Foundation
package import Guard
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Lets a POST with an `Idempotency-Key` take effect once: whoever asks again gets the first answer again.
///
/// Answers that say that nothing was done are not kept, nor are streams. A process that dies between the effect and the
/// answer leaves the key held for a minute; then the request may take effect a second time.
struct IdempotencyMiddleware: RouterMiddleware {
    let answers: IdempotentAnswers

    /// Longer answers are not kept.
    private static let maximumBodyBytes = 64 * 1024

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        guard request.method == .post, request.headers[.idempotencyKey] != nil, let caller = context.caller else {
            return try await next(request, context)
        }
        var request = request
        let body = try await request.collectBody(upTo: context.maxUploadSize)
        let attempt = IdempotentAttempt(
            userID: caller.userID,
            key: try Self.key(of: request),
            fingerprint: Self.fingerprint(of: request, body),
            startedAt: answers.now()
        )
        switch try await answers.store.begin(attempt) {
        case .begun: return try await answer(to: request, context, attempt, next)
        case .answered(let kept): return try answers.open(kept, of: attempt)
        case .underWay:
            throw APIError(
                .conflict,
                .idempotencyKeyInUse,
                "The same request is under way.",
                headers: [.retryAfter: "1"]
            )
        case .keyReused:
            throw APIError(
                .unprocessableContent,
                .idempotencyKeyReused,
                "This Idempotency-Key was used for another request."
            )
        }
    }

    private func answer(
        to request: Request,
        _ context: AppContext,
        _ attempt: IdempotentAttempt,
        _ next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            await settle(context) { [store = answers.store] in try await store.abandon(attempt) }
            throw error
        }
        guard response.status.kind == .successful, let length = response.body.contentLength,
            length <= Self.maximumBodyBytes
        else {
            await settle(context) { [store = answers.store] in try await store.abandon(attempt) }
            return response
        }
        let body = try await response.body.collected()
        response.body = ResponseBody(byteBuffer: body)
        let kept = try answers.seal(response, body, of: attempt)
        await settle(context) { [store = answers.store] in try await store.finish(attempt, kept) }
        return response
    }

    /// Writes what came of the attempt, also where the client has hung up meanwhile; a failure costs no more than the
    /// minute that the key stays held.
    private func settle(_ context: AppContext, _ write: @escaping @Sendable () async throws -> Void) async {
        do { try await Task(operation: write).value } catch {
            context.logger.warning("An idempotent answer was not kept", metadata: ["error": "\(error)"])
        }
    }

    /// 1 to 128 visible ASCII characters, once.
    private static func key(of request: Request) throws(APIError) -> String {
        let fields = request.headers[values: .idempotencyKey]
        guard fields.count == 1, let key = fields.first, (1...128).contains(key.utf8.count),
            key.utf8.allSatisfy({ (0x21...0x7e).contains($0) })
        else {
            throw APIError(.badRequest, .malformedRequest, "Idempotency-Key takes 1 to 128 visible characters, once.")
        }
        return key
    }

    private static func fingerprint(of request: Request, _ body: ByteBuffer) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: Data("\(request.method.rawValue) \(request.uri.string)\n".utf8))
        hash.update(data: Data(body.readableBytesView))
        return Array(hash.finalize())
    }
}

/// Where answers are kept, and how they are made unreadable there.
package struct IdempotentAnswers: Sendable {
    let store: IdempotencyStore
    let now: @Sendable () -> Date
    private let box: SecretBox

    package init(store: IdempotencyStore, box: SecretBox, now: @escaping @Sendable () -> Date = { Date() }) {
        self.store = store
        self.box = box
        self.now = now
    }

    func seal(_ response: Response, _ body: ByteBuffer, of attempt: IdempotentAttempt) throws -> KeptAnswer {
        KeptAnswer(
            status: response.status.code,
            contentType: response.headers[.contentType],
            sealedBody: try box.seal(Array(body.readableBytesView), for: .answer, of: Self.owner(attempt))
        )
    }

    func open(_ kept: KeptAnswer, of attempt: IdempotentAttempt) throws -> Response {
        guard let body = box.open(kept.sealedBody, for: .answer, of: Self.owner(attempt)) else {
            throw APIError(
                .conflict,
                .idempotencyKeyInUse,
                "The request was answered, but its answer cannot be read any more."
            )
        }
        var headers: HTTPFields = [.idempotencyReplayed: "true"]
        headers[.contentType] = kept.contentType
        return Response(
            status: HTTPResponse.Status(code: kept.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    private static func owner(_ attempt: IdempotentAttempt) -> String { "\(attempt.userID) \(attempt.key)" }
}
