import APIContract
import HTTPTypes
import Hummingbird
import NIOCore
import StrictJSON

extension Request {
    /// The members of the JSON object that is the body.
    ///
    /// - Throws: 415 for another media type, 413 for more than the limit, 400 for anything that is not one JSON object.
    func jsonFields(context: AppContext) async throws -> RequestFields {
        guard Self.isJSON(headers[.contentType]) else {
            throw APIError(.unsupportedMediaType, .unsupportedMediaType, "The body must be application/json.")
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

    /// `application/json`, with parameters or without, in any case.
    private static func isJSON(_ contentType: String?) -> Bool {
        guard let type = contentType?.split(separator: ";", maxSplits: 1).first else { return false }
        return type.lowercased().filter { $0 != " " && $0 != "\t" } == "application/json"
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
