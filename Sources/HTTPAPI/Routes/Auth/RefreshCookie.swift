import APIContract
import Accounts
import HTTPTypes
import Hummingbird

/// The cookie `tp_refresh`: where a browser keeps its refresh token, out of every script's reach.
///
/// Host-only, for `/api/v1/auth` alone and never sent by another site's page. `Secure` is left out only where
/// development is reached over plain HTTP.
struct RefreshCookie: Sendable {
    static let name = "tp_refresh"
    static let path = "/api/v1/auth"

    let isProduction: Bool

    /// `Set-Cookie` with the token, for as long as it is good.
    func set(_ admission: Admission, for request: Request) -> String {
        "\(Self.name)=\(admission.refreshToken.reveal()); Max-Age=\(admission.refreshExpiresIn)" + attributes(request)
    }

    /// `Set-Cookie` that makes the browser forget the token.
    func clear(for request: Request) -> String { "\(Self.name)=; Max-Age=0" + attributes(request) }

    private func attributes(_ request: Request) -> String {
        let isSecure = isProduction || request.headers[.forwardedProtocol]?.lowercased() == "https"
        return "; Path=\(Self.path); HttpOnly\(isSecure ? "; Secure" : ""); SameSite=Strict"
    }

    /// The token of the request's cookie; nil where there is none.
    ///
    /// Two of the name are an attempt to slip one in from another path or host: neither is taken.
    static func token(of request: Request) -> String? {
        var found: [String] = []
        for field in request.headers[values: .cookie] {
            for pair in field.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                if pair.hasPrefix(name + "=") { found.append(String(pair.dropFirst(name.utf8.count + 1))) }
            }
        }
        return found.count > 1 ? "" : found.first
    }
}

/// What kind of client asks, by what it cannot hide.
enum ClientKind {
    /// Whether the request comes from an app with secure storage of its own.
    ///
    /// Any script in a page can write `X-Client: native`, but it cannot keep its browser from sending `Origin`,
    /// `Sec-Fetch-*` or its cookies.
    static func isNative(_ request: Request) -> Bool {
        request.headers[values: .client] == ["native"] && request.headers[.origin] == nil
            && request.headers[.cookie] == nil
            && !request.headers.contains { $0.name.canonicalName.hasPrefix("sec-fetch-") }
    }
}
