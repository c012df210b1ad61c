import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The contract as the server serves it: `openapi.yaml` and `asyncapi.yaml`.
package struct ContractDocuments: Sendable {
    struct Document: Sendable {
        let bytes: [UInt8]
        let tag: String

        func response(to request: Request) -> Response {
            Response(to: request, tag: tag, cacheControl: "public, max-age=300", contentType: "application/yaml") {
                ByteBuffer(bytes: bytes)
            }
        }
    }

    let openAPI: Document
    let asyncAPI: Document

    /// Reads both from this target's resources.
    ///
    /// - Throws: the file system's error when the program was installed without them.
    package init() throws {
        openAPI = try Self.read("openapi")
        asyncAPI = try Self.read("asyncapi")
    }

    private static func fingerprint(_ data: Data) -> String {
        SHA256.hash(data: data).prefix(8).map { String($0, radix: 16) }.joined()
    }

    private static func read(_ name: String) throws -> Document {
        guard let url = Bundle.module.url(forResource: name, withExtension: "yaml", subdirectory: "Contract") else {
            throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: name + ".yaml"])
        }
        let data = try Data(contentsOf: url)
        return Document(bytes: Array(data), tag: Self.fingerprint(data))
    }
}
