import Addressing
package import Foundation
import HTTPTypes
import Hummingbird

/// A mail as `GET /dev/mail` shows it.
package struct DevelopmentMail: Encodable, Sendable {
    let to: String
    let subject: String
    let text: String
    let html: String
    let sentAt: String

    package init(to: String, subject: String, text: String, html: String, sentAt: Date) {
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.sentAt = sentAt.wireText
    }
}

/// `GET /dev/mail`: what would have been mailed, for the developer at this machine; production has no such route.
struct DevelopmentMailRoutes {
    /// Newest first.
    let mails: @Sendable () -> [DevelopmentMail]

    private struct Page: Encodable {
        let items: [DevelopmentMail]
    }

    func add(to router: Router<AppContext>) {
        router.get("dev/mail") { request, context in
            // For others it is not there, as for a path that nobody knows.
            guard request.isFromThisMachine(context), Self.isThisMachine(request.head.authority) else {
                throw HTTPError(.notFound)
            }
            return Response(json: Page(items: mails()))
        }
    }

    /// Whether a `Host` is loopback, by name or by number.
    ///
    /// A browser tells the name that a page was opened by, whatever address the page's owner lets the name lead to
    /// meanwhile: without this any page that the developer looks at could read the letters.
    private static func isThisMachine(_ host: String?) -> Bool {
        guard let host else { return true }
        let name = host.hasPrefix("[") ? host.dropFirst().prefix { $0 != "]" } : host.prefix { $0 != ":" }
        return name.lowercased() == "localhost" || NetworkAddress(String(name))?.isLoopback == true
    }
}
