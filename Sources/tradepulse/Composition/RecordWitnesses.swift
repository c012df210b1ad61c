import Accounts
import AlertDelivery
import Foundation
import MarketFeed
import Markets
import MerkleLog
import Postgres
import Settings
import Signals
import Storage

extension WitnessRounds {
    /// The file, the webhook and the address that the operator named.
    ///
    /// - Throws: ``ServerError`` where an address is none, or nothing could be mailed to it.
    init(_ settings: Settings, _ mail: MailSettings, box: SecretBox, pool: PostgresPool) throws {
        var witnesses: [CheckpointWitness] = []
        if let path = settings[.recordWitnessFile] {
            let file = WitnessFile(path: path)
            witnesses.append(CheckpointWitness(name: "file", pause: 0) { try file.add($0) })
        }
        if let url = settings[.recordWitnessURL] {
            let post = WebhookPost(url: url)
            witnesses.append(CheckpointWitness(name: "webhook", pause: 0) { try await post.send(WitnessFile.text($0)) })
        }
        if let text = settings[.recordWitnessMail] {
            guard let recipient = EmailAddress(text) else {
                throw ServerError("RECORD_WITNESS_MAIL is no e-mail address")
            }
            guard mail.server != nil || !mail.isProduction else {
                throw ServerError("RECORD_WITNESS_MAIL needs SMTP_URL: no checkpoint could be mailed")
            }
            let queue = LetterQueue.postgres(pool)
            let postbox = Postbox(box: box, links: mail.links)
            witnesses.append(
                CheckpointWitness(name: "mail", pause: 86_400_000) { signed in
                    let letter = Letter(to: recipient, checkpoint: signed)
                    _ = try await queue.put(try postbox.seal(letter, at: Date(), lifetime: 86_400))
                }
            )
        }
        self.init(witnesses)
    }
}

extension Letter {
    fileprivate init(to recipient: EmailAddress, checkpoint signed: SignedCheckpoint) {
        let checkpoint = signed.checkpoint
        self.init(
            to: recipient,
            .recordCheckpoint,
            [
                "head": RecordHead(size: checkpoint.size, root: checkpoint.root).text,
                "time": MarketTime(milliseconds: checkpoint.signedAt).iso8601,
                "keyId": signed.keyID,
                "signature": signed.signature.base64EncodedString(),
            ]
        )
    }
}
