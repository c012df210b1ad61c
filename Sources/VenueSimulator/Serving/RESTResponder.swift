import HTTPTypes
import Hummingbird
import Logging
import Markets
import NIOCore

/// Carries REST requests from Hummingbird to a venue's desk and its answers back.
struct RESTResponder: HTTPResponder {
    struct Context: InitializableFromSource, RequestContextSource {
        let channel: any Channel
        let logger: Logger

        init(source: ApplicationRequestContextSource) {
            channel = source.channel
            logger = source.logger
        }
    }

    let desk: any RequestDesk

    func respond(to request: Request, context: Context) async throws -> Response {
        let answer = desk.answer(
            RESTRequest(
                path: request.method == .get ? request.uri.path : "",
                query: request.uri.queryParameters.map { ($0.key, $0.value) },
                address: context.channel.remoteAddress?.ipAddress ?? "",
                now: MarketClock.system.now()
            )
        )
        var headers: HTTPFields = [.contentType: "application/json;charset=UTF-8"]
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: HTTPResponse.Status(code: answer.status),
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }
}
