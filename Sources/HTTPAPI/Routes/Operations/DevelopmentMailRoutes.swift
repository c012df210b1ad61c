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
            guard request.isFromThisMachine(context) else { throw HTTPError(.notFound) }
            return Response(json: Page(items: mails()))
        }
    }
}
