package import Foundation

/// One file as it goes over the wire: its bytes and the three headers that belong to them.
package struct DashboardFile: Sendable {
    package let bytes: [UInt8]
    package let contentType: String
    /// A strong entity tag with its quotes, equal only for equal bytes.
    package let etag: String
    package let cacheControl: String

    /// How long a browser may keep a file without asking.
    package enum Caching: String, Sendable {
        /// Ask every time, answered by 304 while the tag holds: a new release is seen at once.
        case revalidate = "no-cache"
        /// The name carries the version and a checksum was verified, so the bytes never change.
        case immutable = "public, max-age=31536000, immutable"
    }

    /// Reads a file whose type its extension tells.
    package init(contentsOf url: URL, caching: Caching) throws(DashboardError) {
        guard let contentType = Self.contentType(forExtension: url.pathExtension) else {
            throw .typeUnknown(url.lastPathComponent)
        }
        let data: Data
        do {
            data = try Data(contentsOf: url)
        } catch {
            throw .unreadable(url.path)
        }
        self.init(bytes: [UInt8](data), contentType: contentType, cacheControl: caching.rawValue)
    }

    private init(bytes: [UInt8], contentType: String, cacheControl: String) {
        self.bytes = bytes
        self.contentType = contentType
        self.cacheControl = cacheControl
        etag = "\"\(String(bytes.count, radix: 36))-\(String(Self.fingerprint(of: bytes), radix: 36))\""
    }

    private static func contentType(forExtension name: String) -> String? {
        switch name {
        case "html": "text/html; charset=utf-8"
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "svg": "image/svg+xml"
        default: nil
        }
    }

    /// FNV-1a, 64 bit: tells releases of our own files apart; it is no defence against somebody who forges files.
    private static func fingerprint(of bytes: [UInt8]) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
