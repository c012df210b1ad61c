import APIContract
import HTTPTypes
import Hummingbird

/// Which pages may spend the refresh cookie: ours, and those of listed origins.
///
/// `SameSite=Strict` keeps the cookie from other sites' requests already; this also stops a sibling host of ours, and
/// browsers that do not know the attribute. It is asked before the token is read, so an attempt burns nothing.
struct CookieOriginRule: Sendable {
    let origins: OriginRule
    let isProduction: Bool

    /// Throws 403 for a request that a page of another origin made.
    func check(_ request: Request, context: AppContext) throws(APIError) {
        guard allows(request, context: context) else {
            throw APIError(.forbidden, .originForbidden, "Pages of this origin may not use the sign-in of another.")
        }
    }

    private func allows(_ request: Request, context: AppContext) -> Bool {
        let named = request.headers[values: .origin]
        guard named.count <= 1 else { return false }
        let isListed = named.first.map(origins.allowed.contains) ?? false
        if let origin = named.first {
            guard isListed || isOwn(origin, request) || origins.allows(origin, at: context.localAddress) else {
                return false
            }
        }
        // Written by the browser alone; a client that sends none is judged by the origin, and a program that sends
        // neither has no other site's pages in it.
        let sites = request.headers[values: .secFetchSite]
        return sites.isEmpty || sites == ["same-origin"] || isListed
    }

    /// Whether the page is on the very host that was asked.
    ///
    /// A page's owner may point a name at us and so choose both sides, but then the browser has no cookie for it.
    private func isOwn(_ origin: String, _ request: Request) -> Bool {
        guard let authority = request.head.authority else { return false }
        return origin == "https://" + authority || (!isProduction && origin == "http://" + authority)
    }
}
