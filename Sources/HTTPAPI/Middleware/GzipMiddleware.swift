import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import OrderedCollections
import Synchronization

/// Compresses answers for clients that accept gzip; an answer with an entity tag is compressed once per version.
///
/// Small answers are left alone: they would not shrink, and answers that carry tokens are among them, so that nobody
/// can guess a token by how well it compresses beside text of their own.
final class GzipMiddleware: RouterMiddleware {
    private struct Key: Hashable {
        let uri: String
        let tag: String
    }

    static let minimumBytes = 2_048
    /// Compressed answers kept; the oldest goes first.
    private static let maximumKept = 64

    private let kept = Mutex<OrderedDictionary<Key, ByteBuffer>>([:])

    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard let length = response.body.contentLength, length >= Self.minimumBytes, response.status == .ok,
            Self.isText(response.headers[.contentType])
        else { return response }
        response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
        guard Self.accepts(request.headers[values: .acceptEncoding]), request.method != .head else { return response }
        guard let body = try await compressed(response, uri: request.uri.string) else { return response }
        response.headers[.contentEncoding] = "gzip"
        // The same version in other bytes is a weak match, RFC 9110 section 8.8.1.
        if let tag = response.headers[.eTag], !tag.hasPrefix("W/") { response.headers[.eTag] = "W/" + tag }
        response.body = ResponseBody(byteBuffer: body)
        return response
    }

    private func compressed(_ response: Response, uri: String) async throws -> ByteBuffer? {
        let key = response.headers[.eTag].map { Key(uri: uri, tag: $0) }
        if let key, let body = kept.withLock({ $0[key] }) { return body }
        guard let body = Gzip.compress(try await response.body.collected()) else { return nil }
        if let key {
            kept.withLock { kept in
                if kept.count >= Self.maximumKept { kept.removeFirst() }
                kept[key] = body
            }
        }
        return body
    }

    private static func isText(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        return contentType.hasPrefix("text/") || contentType.hasPrefix("application/")
            || contentType.hasPrefix("image/svg")
    }

    /// Whether gzip is named with a weight above zero.
    static func accepts(_ fields: [String]) -> Bool {
        fields.flatMap { $0.split(separator: ",") }.contains { offer in
            let parts = offer.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
            guard parts.first == "gzip" else { return false }
            guard let weight = parts.dropFirst().first(where: { $0.hasPrefix("q=") }) else { return true }
            return (Double(weight.dropFirst(2)) ?? 0) > 0
        }
    }
}
