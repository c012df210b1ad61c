import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer that a client may keep and ask about again: 304 where it still has this very version.
    ///
    /// - Parameters:
    ///   - request: its `If-None-Match` is compared, weakly, as RFC 9110 section 13.1.2 says.
    ///   - tag: an opaque name of the version, without quotes.
    ///   - cacheControl: how long and by whom it may be kept.
    ///   - contentType: media type of the body.
    ///   - body: made only when it is sent.
    init(
        to request: Request,
        tag: String,
        cacheControl: String,
        contentType: String = "application/json",
        body: () -> ByteBuffer
    ) {
        let headers: HTTPFields = [
            .eTag: "\"\(tag)\"", .cacheControl: cacheControl, .contentType: contentType,
        ]
        if Self.matches(request.headers[.ifNoneMatch], tag: tag) {
            var kept = headers
            kept[.contentType] = nil
            self.init(status: .notModified, headers: kept)
        } else {
            self.init(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body()))
        }
    }

    private static func matches(_ field: String?, tag: String) -> Bool {
        guard let field else { return false }
        return field.split(separator: ",").contains { candidate in
            var text = candidate.drop { $0 == " " }
            while text.last == " " { text.removeLast() }
            return text == "*" || text == "\"\(tag)\"" || text == "W/\"\(tag)\""
        }
    }
}
