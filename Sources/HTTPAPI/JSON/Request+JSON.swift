import APIContract
import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON

extension Request {
    /// The members of the JSON object that is the body.
    ///
    /// - Throws: 415 for another media type, character set or a compressed body, 413 for more than the limit, 400 for anything that is not one JSON object.
    func jsonFields(context: AppContext) async throws -> RequestFields {
        guard Self.isJSON(headers[.contentType]) else { throw Self.notJSON }
        guard headers[.contentEncoding].map({ $0.lowercased() == "identity" }) ?? true else {
            throw APIError(
                .unsupportedMediaType,
                .unsupportedMediaType,
                "The body must not be compressed.",
                headers: [.acceptEncoding: "identity"]
            )
        }
        let buffer = try await body.collect(upTo: context.maxUploadSize)
        let value: JSONValue
        do throws(JSONParser.Failure) {
            value = try JSONParser.parse(Array(buffer.readableBytesView))
        } catch {
            throw APIError(.badRequest, .malformedJSON, error.explanation)
        }
        guard let members = value.members else {
            throw APIError(.badRequest, .malformedJSON, "The body must be a JSON object.")
        }
        return RequestFields(members)
    }

    /// The same where a body may be left out: no body and no media type are an empty object.
    ///
    /// - Throws: as ``jsonFields(context:)``.
    func optionalJSONFields(context: AppContext) async throws -> RequestFields {
        guard headers[.contentType] == nil else { return try await jsonFields(context: context) }
        guard try await body.collect(upTo: context.maxUploadSize).readableBytes == 0 else { throw Self.notJSON }
        return RequestFields([])
    }

    private static var notJSON: APIError {
        APIError(.unsupportedMediaType, .unsupportedMediaType, "The body must be application/json in UTF-8.")
    }

    /// `application/json` in any case; of its parameters only `charset` means anything, and only UTF-8 is JSON
    /// (RFC 8259, 8.1).
    private static func isJSON(_ contentType: String?) -> Bool {
        guard let contentType else { return false }
        let parts = contentType.lowercased().split(separator: ";", omittingEmptySubsequences: false)
            .map { $0.filter { $0 != " " && $0 != "\t" } }
        return parts.first == "application/json"
            && parts.dropFirst().allSatisfy { part in
                !part.hasPrefix("charset=") || ["charset=utf-8", "charset=\"utf-8\""].contains(part)
            }
    }
}

extension JSONParser.Failure {
    fileprivate var explanation: String {
        switch self {
        case .notUTF8: "The body is not UTF-8."
        case .unexpected(let offset): "The body is not valid JSON at byte \(offset)."
        case .tooDeep: "The body is nested deeper than \(JSONParser.maximumDepth) levels."
        case .duplicateName(let name): "The name \"\(name.prefix(64))\" stands twice in one object."
        }
    }
}
