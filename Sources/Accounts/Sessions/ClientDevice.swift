/// A device as it describes itself: shown to its owner, trusted with nothing.
package struct ClientDevice: Hashable, Sendable {
    /// At most 100 characters.
    package let name: String?
    /// `ios`, `android`, `web`; at most 40 characters.
    package let platform: String?
    /// Its own stable mark, at most 200 characters; kept as a keyed hash only.
    package let fingerprint: String?

    package init(name: String? = nil, platform: String? = nil, fingerprint: String? = nil) {
        self.name = name
        self.platform = platform
        self.fingerprint = fingerprint
    }
}

/// What the requests of one device have in common: the browser or app and its platform, without their versions.
///
/// Never the address, so that it stays the same whichever network the device is in and whatever is updated. It tells devices apart, it proves nothing: whoever steals a token may copy the headers beside it.
package struct DeviceHints: Hashable, Sendable {
    let text: String

    /// Reads the hints of a request.
    ///
    /// - Parameters:
    ///   - userAgent: the field `User-Agent`.
    ///   - platform: the field `Sec-CH-UA-Platform`, which only browsers send and no script can.
    package init(userAgent: String?, platform: String? = nil) {
        text = Self.withoutVersions(userAgent) + "\n" + Self.withoutVersions(platform)
    }

    private static func withoutVersions(_ text: String?) -> String {
        let kept = (text ?? "").unicodeScalars.prefix(512)
            .filter { !("0"..."9").contains($0) && $0 != "." && $0 != "_" }
        return String(String.UnicodeScalarView(kept))
    }
}
