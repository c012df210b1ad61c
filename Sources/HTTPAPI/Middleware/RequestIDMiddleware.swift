import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Gives each request an id, kept from the client where it is well-formed, and puts it on the answer and on log lines.
struct RequestIDMiddleware: RouterMiddleware {
    func handle(
        _ request: Request,
        context: AppContext,
        next: (Request, AppContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestId = Self.wellFormed(request.headers[.requestID]) ?? Self.make()
        context.logger[metadataKey: "request_id"] = .string(context.requestId)
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestId
        return response
    }

    /// 8 to 64 letters, digits, `-` and `_`: nothing that could forge a log line or a header.
    static func wellFormed(_ id: String?) -> String? {
        guard let id, (8...64).contains(id.utf8.count), id.utf8.allSatisfy(isAllowed) else { return nil }
        return id
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static let start = UInt64.random(in: .min ... .max)
    private static let count = Atomic<UInt64>(0)

    /// 16 hexadecimal digits that no other request of this process gets.
    ///
    /// Ids are names, not secrets, so they are counted from a random start and scattered instead of asking the kernel
    /// for random bits each time. The scattering is one-to-one: the last step of MurmurHash3 (Austin Appleby).
    private static func make() -> String {
        var bits = start &+ count.wrappingAdd(1, ordering: .relaxed).newValue
        bits = (bits ^ (bits >> 33)) &* 0xff51_afd7_ed55_8ccd
        bits = (bits ^ (bits >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        bits ^= bits >> 33
        return String(unsafeUninitializedCapacity: 16) { digits in
            for index in 0..<16 {
                let digit = UInt8(truncatingIfNeeded: bits >> UInt64(60 - 4 * index)) & 15
                digits[index] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 16
        }
    }
}
