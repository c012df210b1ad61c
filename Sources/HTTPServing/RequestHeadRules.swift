import HTTPTypes
import NIOHTTP1

/// What a request's header must satisfy before anything is done for it.
///
/// The parser (llhttp, strict) refuses broken tokens, bare line feeds, folded lines and odd chunk sizes on its own; these
/// are the rules about what the fields mean together, where two readers could disagree about where a request ends.
struct RequestHeadRules: Sendable {
    private static let methods: [HTTPMethod] = [.GET, .HEAD, .POST, .PUT, .PATCH, .DELETE, .OPTIONS]

    private let limits: HTTPServerLimits

    init(limits: HTTPServerLimits) {
        self.limits = limits
    }

    func check(_ head: HTTPRequestHead) throws(HTTPRefusal) {
        guard head.version == .http1_1 || head.version == .http1_0 else {
            throw .malformed("Only HTTP/1.0 and HTTP/1.1 are spoken here.")
        }
        try checkFraming(head)
        try checkHost(head)
        guard Self.methods.contains(head.method) else {
            throw .methodNotAllowed(Self.methods.map(\.rawValue).joined(separator: ", "))
        }
        guard head.uri.utf8.count <= limits.maxURIBytes else { throw .uriTooLong }
        guard RequestTarget.isWellFormed(head.uri) else { throw .malformed("The request target is malformed.") }
        if let expect = head.headers.first(name: "Expect"), expect.lowercased() != "100-continue" {
            throw .expectationFailed
        }
    }

    /// RFC 9112, 6.1 and 6.3: one way only to say how long the body is.
    private func checkFraming(_ head: HTTPRequestHead) throws(HTTPRefusal) {
        let lengths = head.headers["Content-Length"]
        let codings = head.headers["Transfer-Encoding"]
        if !codings.isEmpty {
            guard lengths.isEmpty, head.version == .http1_1, codings.count == 1, codings[0].lowercased() == "chunked"
            else { throw .malformed("The body's length is ambiguous.") }
        }
        guard let length = lengths.first else { return }
        guard lengths.count == 1, !length.isEmpty, length.utf8.allSatisfy({ (48...57).contains($0) }) else {
            throw .malformed("The body's length is ambiguous.")
        }
        guard let bytes = Int(length), bytes <= limits.maxBodyBytes else { throw .bodyTooLarge }
    }

    /// RFC 9112, 3.2: exactly one `Host` in HTTP/1.1, and one that can be a host.
    private func checkHost(_ head: HTTPRequestHead) throws(HTTPRefusal) {
        let hosts = head.headers["Host"]
        guard hosts.count == 1 || (hosts.isEmpty && head.version == .http1_0) else {
            throw .malformed("Exactly one Host is needed.")
        }
        guard let host = hosts.first else { return }
        guard !host.isEmpty, host.utf8.count <= 255, host.utf8.allSatisfy(Self.mayStandInHost) else {
            throw .malformed("The Host is malformed.")
        }
    }

    private static func mayStandInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
            UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}

/// The request target, in origin form only: `/path?query`.
enum RequestTarget {
    /// Printable ASCII from a slash on, whole percent escapes, UTF-8 once decoded, no NUL, no `.` or `..` segment.
    static func isWellFormed(_ target: String) -> Bool {
        guard target.utf8.first == UInt8(ascii: "/"), let decoded = percentDecoded(target.utf8),
            String(validating: decoded, as: UTF8.self) != nil
        else { return false }
        guard let path = percentDecoded(path(of: target).utf8) else { return false }
        return path.split(whereSeparator: { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") })
            .allSatisfy { !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
    }

    static func path(of target: String) -> Substring {
        target[..<(target.firstIndex(of: "?") ?? target.endIndex)]
    }

    private static func percentDecoded(_ bytes: some Sequence<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        var iterator = bytes.makeIterator()
        while let byte = iterator.next() {
            guard (0x21...0x7E).contains(byte), byte != UInt8(ascii: "#") else { return nil }
            guard byte == UInt8(ascii: "%") else {
                decoded.append(byte)
                continue
            }
            guard let high = iterator.next().flatMap(hexDigit), let low = iterator.next().flatMap(hexDigit),
                high != 0 || low != 0
            else { return nil }
            decoded.append(high << 4 | low)
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
