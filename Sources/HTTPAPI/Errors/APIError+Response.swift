package import APIContract
import Accounts
import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore
import StrictJSON

extension APIError {
    /// The problem document of this error.
    package func document(requestId: String) -> ProblemDetails {
        ProblemDetails(
            type: "urn:tradepulse:problem:" + code.rawValue,
            title: status.reasonPhrase,
            status: status.code,
            code: code.rawValue,
            detail: detail,
            requestId: requestId,
            errors: fields.isEmpty ? nil : fields,
            requiredTier: requiredTier?.rawValue
        )
    }

    /// The answer: `application/problem+json`, never stored by a cache.
    package func response(requestId: String) -> Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        headers[.cacheControl] = "no-store"
        return Response(status: status, headers: headers, json: document(requestId: requestId))
    }
}

extension Response {
    /// An answer with the value as JSON; `application/json` unless the headers name another type.
    init(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], json value: some Encodable) {
        self.init(status: status, headers: headers, json: ByteBuffer(bytes: WireJSON.encode(value)))
    }

    /// An answer with ready JSON bytes.
    init(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], json bytes: ByteBuffer) {
        var headers = headers
        if headers[.contentType] == nil { headers[.contentType] = "application/json" }
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }
}
