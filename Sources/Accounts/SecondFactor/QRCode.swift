import CQREncode

/// A QR code: which modules of a square are dark.
package struct QRCode: Sendable {
    /// Modules along one side, without the quiet zone.
    package let side: Int
    /// Row by row from the top, `side` × `side`.
    package let modules: [Bool]

    /// The text has no room in the largest code.
    package struct Failure: Error {}

    /// Encodes bytes of UTF-8 with error correction level M: a seventh of the picture may be lost.
    package init(_ text: String) throws(Failure) {
        let code = Array(text.utf8).withUnsafeBufferPointer {
            QRcode_encodeData(Int32($0.count), $0.baseAddress, 0, QR_ECLEVEL_M)
        }
        guard let code, let data = code.pointee.data else { throw Failure() }
        defer { QRcode_free(code) }
        side = Int(code.pointee.width)
        // The lowest bit is the colour; the others say what the module is for.
        modules = UnsafeBufferPointer(start: data, count: side * side).map { $0 & 1 == 1 }
    }

    /// The light border that readers need around a code, in modules.
    static let quietZone = 4

    /// A picture of one path, a subpath per run of dark modules, that scales without blur.
    package var svg: String {
        let size = side + 2 * Self.quietZone
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size) \(size)" width="\(size * 6)" height="\(size * 6)" \
            shape-rendering="crispEdges" role="img" aria-label="QR code"><path fill="#fff" d="M0 0h\(size)v\(size)H0z"/>\
            <path fill="#000" d="\(path)"/></svg>
            """
    }

    private var path: String {
        var path = ""
        for row in 0..<side {
            var column = 0
            while column < side {
                let run = modules[(row * side + column)..<((row + 1) * side)].prefix { $0 }.count
                if run > 0 { path += "M\(column + Self.quietZone) \(row + Self.quietZone)h\(run)v1h-\(run)z" }
                column += max(1, run)
            }
        }
        return path
    }
}
