import CQREncode
import Foundation

/// What a user needs to put a new secret into an authenticator app: as text, as a link, as a picture.
package struct Enrolment: Sendable {
    /// Base32, for typing.
    package let secret: Secret
    /// The key URI that authenticator apps open.
    package let otpauthURL: Secret
    /// The link as a QR code, a whole SVG document.
    package let qrSVG: Secret

    /// - Throws: ``QRCode/Failure`` when the link has no room in a code; ours always has.
    init(secret bytes: [UInt8], account: EmailAddress) throws {
        let text = Base32.encode(bytes)
        let label = Self.encoded("\(Self.issuer):\(account.text)")
        let url =
            "otpauth://totp/\(label)?secret=\(text)&issuer=\(Self.issuer)"
            + "&algorithm=SHA1&digits=\(OneTimePassword.digits)&period=\(OneTimePassword.stepSeconds)"
        secret = Secret(text)
        otpauthURL = Secret(url)
        qrSVG = Secret(try QRCode(url).svg)
    }

    /// Shown in the app above the code.
    static let issuer = "TradePulse"

    /// RFC 3986's unreserved characters stand for themselves, also in a label.
    private static func encoded(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { url, byte in
            let scalar = Unicode.Scalar(byte)
            if scalar.isASCII,
                scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~".contains(Character(scalar))
            {
                url.unicodeScalars.append(scalar)
            } else {
                url += "%\(hex[Int(byte >> 4)])\(hex[Int(byte & 15)])"
            }
        }
    }
}
