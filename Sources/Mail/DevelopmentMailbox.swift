import Foundation
import Synchronization

/// Where mails end up while nobody has named a mail server: in memory, for the developer to read.
package final class DevelopmentMailbox: Sendable {
    private let mails = Mutex<[MailMessage]>([])

    /// Mails kept; the oldest give way.
    package static let capacity = 100

    package init() {}

    /// Newest first.
    package var newestFirst: [MailMessage] { mails.withLock { $0.reversed() } }

    package var transport: MailTransport {
        MailTransport { message in
            self.mails.withLock { mails in
                if mails.count == Self.capacity { mails.removeFirst() }
                mails.append(message)
            }
        }
    }
}
