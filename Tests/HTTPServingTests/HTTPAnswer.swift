/// One HTTP response as it came over the wire.
struct HTTPAnswer: Equatable {
    let status: Int
    let headers: [String: String]
    let body: String

    func header(_ name: String) -> String? { headers[name.lowercased()] }

    /// Every whole response in a stream of them; informational ones are left out.
    static func parseAll(_ text: String, toHead: Bool = false) -> [HTTPAnswer] {
        var answers: [HTTPAnswer] = []
        var rest = Array(text.utf8)[...]
        while let (answer, tail) = parse(rest, toHead: toHead) {
            rest = tail
            if answer.status >= 200 || answer.status == 101 { answers.append(answer) }
        }
        return answers
    }

    private static func parse(_ bytes: ArraySlice<UInt8>, toHead: Bool) -> (HTTPAnswer, ArraySlice<UInt8>)? {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1."), let status = Int(first.dropFirst(9).prefix(3)) else {
            return nil
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            headers[parts[0].lowercased()] = parts[1].drop { $0 == " " }.description
        }
        let rest = bytes[end.upperBound...]
        guard let (body, tail) = body(rest, headers, hasNone: toHead || status < 200 || status == 204 || status == 304)
        else { return nil }
        return (HTTPAnswer(status: status, headers: headers, body: String(decoding: body, as: UTF8.self)), tail)
    }

    private static func body(
        _ bytes: ArraySlice<UInt8>,
        _ headers: [String: String],
        hasNone: Bool
    ) -> ([UInt8], ArraySlice<UInt8>)? {
        if hasNone { return ([], bytes) }
        if let length = headers["content-length"].flatMap({ Int($0) }) {
            guard bytes.count >= length else { return nil }
            return (Array(bytes.prefix(length)), bytes.dropFirst(length))
        }
        guard headers["transfer-encoding"] == "chunked" else { return (Array(bytes), []) }
        var body: [UInt8] = []
        var rest = bytes
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            guard let size = Int(String(decoding: rest[..<line.lowerBound], as: UTF8.self), radix: 16) else {
                return nil
            }
            rest = rest[line.upperBound...]
            guard rest.count >= size + 2 else { return nil }
            body.append(contentsOf: rest.prefix(size))
            rest = rest.dropFirst(size + 2)
            if size == 0 { return (body, rest) }
        }
        return nil
    }
}
