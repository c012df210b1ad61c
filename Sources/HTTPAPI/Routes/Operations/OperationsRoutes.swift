import APIContract
import Addressing
import Crypto
import Foundation
import Guard
import HTTPTypes
import Hummingbird
import NIOCore
import Observability
import StrictJSON

/// What operators and load balancers ask: health, metrics, the contract's documents.
struct OperationsRoutes {
    let readiness: Readiness
    let metrics: MetricsRegistry
    /// Nil: metrics are for loopback only.
    let metricsToken: String?
    let documents: ContractDocuments

    private struct Health: Encodable {
        struct Part: Encodable {
            let part: String
            let fault: String
        }
        let status: String
        let faults: [Part]
    }

    func add(to router: Router<AppContext>) {
        // Asked every second by every balancer, and always the same.
        let live = ByteBuffer(bytes: WireJSON.encode(Health(status: "live", faults: [])))
        router.get("health/live") { _, _ in Response(json: live) }
        router.get("health/ready", use: ready)
        router.get("metrics", use: scrape)
        router.get("openapi.yaml") { request, _ in documents.openAPI.response(to: request) }
        router.get("asyncapi.yaml") { request, _ in documents.asyncAPI.response(to: request) }
    }

    @Sendable func ready(_ request: Request, context: AppContext) async throws -> Response {
        let faults = await readiness.faults()
        let parts = faults.map { Health.Part(part: $0.part, fault: $0.fault) }
        guard faults.contains(where: \.isVital) else { return Response(json: Health(status: "ready", faults: parts)) }
        return Response(
            status: .serviceUnavailable,
            headers: [.retryAfter: "1"],
            json: Health(status: "unready", faults: parts)
        )
    }

    /// The door is not there for others: a 404, as for any path nobody knows.
    @Sendable func scrape(_ request: Request, context: AppContext) async throws -> Response {
        guard mayScrape(request, context: context) else { throw HTTPError(.notFound) }
        return Response(
            status: .ok,
            headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: metrics.rendered()))
        )
    }

    private func mayScrape(_ request: Request, context: AppContext) -> Bool {
        if let metricsToken, let given = try? BearerMiddleware.token(of: request.headers) {
            return Self.equal(given, metricsToken)
        }
        return request.isFromThisMachine(context)
    }

    /// Compares digests, so that the time taken says nothing of the token.
    private static func equal(_ left: String, _ right: String) -> Bool {
        SHA256.hash(data: Data(left.utf8)) == SHA256.hash(data: Data(right.utf8))
    }
}

extension Request {
    /// Loopback itself, not somebody whom a proxy on loopback speaks for.
    func isFromThisMachine(_ context: AppContext) -> Bool {
        guard let peer = context.peer, peer.isLoopback else { return false }
        return ![HTTPField.Name.forwarded, .forwardedFor, .realIP].contains { headers.contains($0) }
    }
}
