package import AsyncHTTPClient
import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// Asks one venue over REST within its budget; knows HTTP, and nothing of what the answers mean.
package struct VenueRequester: Sendable {
    /// The header in which a venue's answers say how much of the budget is used; nil where they do not.
    var usedWeightHeader: String?
    let baseURL: String
    let budget: RequestBudget
    let http: HTTPClient

    /// Asks for a path.
    ///
    /// - Parameters:
    ///   - path: begins with a slash; query included, percent-encoded.
    ///   - weight: what the venue charges.
    ///   - timeout: for the whole answer, the last byte included.
    ///   - limit: bytes of the longest answer taken.
    /// - Returns: the body of a 200.
    /// - Throws: why there is none; orders to stay away are in the budget already.
    func get(
        _ path: String,
        weight: Int,
        timeout: TimeAmount,
        limit: Int
    ) async throws(VenueRequestError) -> ByteBuffer {
        try await budget.acquire(weight: weight, path: path)
        let answer: Answer
        do {
            answer = try await fetch(path, timeout: timeout, limit: limit)
        } catch let error as VenueRequestError {
            throw error
        } catch {
            throw Self.translate(error, limit: limit)
        }
        if let used = usedWeightHeader.flatMap({ answer.headers.first(name: $0) }).flatMap({ Int($0) }) {
            await budget.report(usedWeight: used)
        }
        guard answer.status != .ok else { return answer.body }
        throw await refusal(answer)
    }

    private struct Answer {
        let status: HTTPResponseStatus
        let headers: HTTPHeaders
        let body: ByteBuffer
    }

    /// Asks against the clock: the HTTP client's own deadline ends with the head of the answer, ours with its last byte.
    private func fetch(_ path: String, timeout: TimeAmount, limit: Int) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            group.addTask { try await exchange(path, timeout: timeout, limit: limit) }
            group.addTask {
                try await Task.sleep(for: .nanoseconds(timeout.nanoseconds))
                throw VenueRequestError.timedOut
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw VenueRequestError.cancelled }
            return answer
        }
    }

    private func exchange(_ path: String, timeout: TimeAmount, limit: Int) async throws -> Answer {
        var request = HTTPClientRequest(url: baseURL + path)
        request.headers.add(name: "accept", value: "application/json")
        let response = try await http.execute(request, deadline: .now() + timeout)
        if let length = response.headers.first(name: "content-length").flatMap({ Int($0) }), length > limit {
            throw VenueRequestError.bodyTooLarge(limit: limit)
        }
        // A body read to its end keeps the connection for the next request.
        let body = try await response.body.collect(upTo: limit)
        // A cancelled task sees the body end early, not an error.
        try Task.checkCancellation()
        return Answer(status: response.status, headers: response.headers, body: body)
    }

    /// Turns a status other than 200 into an error, after the budget has taken the venue's order to stay away.
    private func refusal(_ answer: Answer) async -> VenueRequestError {
        let stated = answer.headers.first(name: "retry-after").flatMap { Int($0) }
        let status = Int(answer.status.code)
        guard let usual = budget.rules.statusWaits[status] else {
            return .refused(status: status, code: VenueErrorBody.code(answer.body))
        }
        let seconds = Self.bounded(stated ?? usual)
        await budget.block(seconds: seconds)
        return status == 429 ? .rateLimited(retryAfterSeconds: seconds) : .banned(retryAfterSeconds: seconds)
    }

    private static func bounded(_ seconds: Int) -> Int { min(max(seconds, 1), 3 * 86_400) }

    private static func translate(_ error: any Error, limit: Int) -> VenueRequestError {
        switch error {
        case is CancellationError: .cancelled
        case is NIOTooManyBytesError: .bodyTooLarge(limit: limit)
        case let error as HTTPClientError where error == .cancelled: .cancelled
        case let error as HTTPClientError where timeouts.contains(error): .timedOut
        case ChannelError.connectTimeout: .timedOut
        default: .unreachable
        }
    }

    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .readTimeout, .connectTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
    ]
}

extension HTTPClient {
    /// The client that all venues share; it lives as long as the process.
    ///
    /// A refused connection is an error at once and not after silent retries until the deadline, and a market data API
    /// has no reason to send us elsewhere.
    package static let venues: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.connect = .seconds(5)
        configuration.httpVersion = .http1Only
        return HTTPClient(eventLoopGroup: MultiThreadedEventLoopGroup.singleton, configuration: configuration)
    }()
}
