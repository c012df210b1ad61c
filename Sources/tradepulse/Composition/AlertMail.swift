import Accounts
import Foundation
import Guard
import Postgres
import Storage

/// Security alerts by mail, to the operator's address, through the same queue as every other letter.
struct AlertMail {
    private let recipient: EmailAddress
    private let queue: LetterQueue
    private let postbox: Postbox

    /// An alert that could not be sent for so many seconds is no news.
    private static let lifetime: TimeInterval = 86_400

    /// Nil where the operator named no address.
    init?(_ mail: MailSettings, box: SecretBox, pool: PostgresPool) {
        guard let recipient = mail.alertRecipient else { return nil }
        self.recipient = recipient
        queue = .postgres(pool)
        postbox = Postbox(box: box, links: mail.links)
    }

    /// Puts an alert into the queue, unless there were enough of its kind within the hour.
    ///
    /// - Throws: ``LettersFull``, or the store's failure.
    func send(_ kept: KeptAlert) async throws {
        let alert = kept.alert
        let more = alert.suppressed > 0 ? " \(alert.suppressed) more were kept quiet before." : ""
        let letter = Letter(
            to: recipient,
            .alert,
            [
                "title": alert.kind.rawValue.replacing("_", with: " "), "summary": alert.summary + more,
                "subject": alert.subject, "time": kept.createdAt.ISO8601Format(),
            ]
        )
        _ = try await queue.put(try postbox.seal(letter, at: kept.createdAt, lifetime: Self.lifetime))
    }
}
