import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// An answer of ready JSON whose entity tag is made from its bytes: equal answers have equal tags, from whichever
    /// process they come.
    init(to request: Request, jsonBytes bytes: [UInt8], cacheControl: String) {
        let digest = SHA256.hash(data: bytes).prefix(12)
        let tag = Data(digest).base64EncodedString()
        self.init(to: request, tag: tag, cacheControl: cacheControl) { ByteBuffer(bytes: bytes) }
    }

    /// The same for a wire type; its keys are sorted, so that equal values have equal bytes.
    init(to request: Request, json value: some Encodable, cacheControl: String) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Wire types hold text, finite numbers and nulls only, and those always encode.
        guard let bytes = try? encoder.encode(value) else { preconditionFailure("A wire type did not encode") }
        self.init(to: request, jsonBytes: Array(bytes), cacheControl: cacheControl)
    }
}
