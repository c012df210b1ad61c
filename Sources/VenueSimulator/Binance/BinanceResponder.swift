import HTTPTypes
import Hummingbird
import Logging
import Markets
import NIOCore

/// Carries REST requests from Hummingbird to ``BinanceREST`` and its answers back.
struct BinanceResponder<Market: ServedMarket>: HTTPResponder {
    struct Context: InitializableFromSource, RequestContextSource {
        let channel: any Channel
        let logger: Logger

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
            logger = source.logger
        }
    }

    let rest: BinanceREST<Market>

    func respond(to request: Request, context: Context) async throws -> Response {
        let answer = rest.answer(
            path: request.method == .get ? request.uri.path : "",
            query: request.uri.queryParameters.map { ($0.key, $0.value) },
            address: context.channel.remoteAddress?.ipAddress ?? "",
            now: MarketClock.system.now()
        )
        var headers: HTTPFields = [.contentType: "application/json;charset=UTF-8"]
        headers[Self.usedWeight] = String(answer.usedWeight)
        headers[Self.usedWeightMinute] = String(answer.usedWeight)
        if let seconds = answer.retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        return Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }

    private static var usedWeight: HTTPField.Name { name("x-mbx-used-weight") }
    private static var usedWeightMinute: HTTPField.Name { name("x-mbx-used-weight-1m") }

    private static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("a header's name is a token: \(text)") }
        return name
    }
}
