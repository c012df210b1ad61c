import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

extension HTTPRefusal {
    /// The answer as it goes out, after which the connection closes.
    func answer(adding headers: HTTPFields) -> (HTTPResponseHead, ByteBuffer) {
        let requestID = UUID().uuidString.lowercased()
        let body = ByteBuffer(string: document(requestID: requestID))
        var response = HTTPResponse(status: status, headerFields: headers)
        for field in self.headers { response.headerFields[field.name] = field.value }
        response.headerFields[.contentType] = "application/problem+json"
        response.headerFields[.contentLength] = String(body.readableBytes)
        response.headerFields[.cacheControl] = "no-store"
        if let name = HTTPField.Name("X-Request-Id") { response.headerFields[name] = requestID }
        response.headerFields[.date] = HTTPDate.now()
        response.headerFields[.connection] = "close"
        return (HTTPResponseHead(response), body)
    }
}
