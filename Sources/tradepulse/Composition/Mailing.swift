import Accounts
import HTTPAPI
import Logging
import Mail
import Postgres
import Settings
import Storage

/// What the operator said about mail, checked before anything is started.
struct MailSettings {
    /// Nil where none is named.
    let server: SMTPServer?
    let sender: MailAddress
    let links: AccountLinks
    /// Who gets alerts; nil for nobody.
    let alertRecipient: EmailAddress?
    let isProduction: Bool

    init(_ settings: Settings) throws {
        guard let sender = MailAddress(parsing: settings.text(.mailFrom)) else {
            throw ServerError("MAIL_FROM is no address such as TradePulse <mail@example.com>")
        }
        self.sender = sender
        isProduction = settings.isProduction
        links = AccountLinks(settings)
        server = try Self.server(settings)
        alertRecipient = try settings[.alertMailTo].map { text throws(ServerError) in
            guard let address = EmailAddress(text) else { throw ServerError("ALERT_MAIL_TO is no e-mail address") }
            return address
        }
        if alertRecipient != nil, server == nil, isProduction {
            throw ServerError("ALERT_MAIL_TO needs SMTP_URL: no alert could be mailed")
        }
    }

    private static func server(_ settings: Settings) throws -> SMTPServer? {
        guard let url = settings[.smtpURL] else {
            if settings.isProduction, settings[.emailVerification] == "true" {
                throw ServerError("REQUIRE_EMAIL_VERIFICATION needs SMTP_URL: nobody could register")
            }
            return nil
        }
        if settings.isProduction, settings[.publicURL] == nil {
            throw ServerError("PUBLIC_URL is not set: the links in mails must lead somewhere")
        }
        guard let server = SMTPServer(url: Secret(url), certificatesFile: settings[.smtpCertificates]) else {
            throw ServerError("SMTP_URL is not smtp://user:password@host:port or smtps://…")
        }
        return server
    }
}

/// How letters leave the house: over the operator's mail server; in development, without one, into memory.
struct Mailing {
    let dispatcher: MailDispatcher
    /// Nil where mails are sent, and in production.
    let mailbox: DevelopmentMailbox?

    init(_ mail: MailSettings, box: SecretBox, pool: PostgresPool, logger: Logger) throws {
        mailbox = mail.server == nil && !mail.isProduction ? DevelopmentMailbox() : nil
        if mail.server == nil, mail.isProduction {
            logger.warning("No mail server is named: no letter is sent, and nobody can reset a password")
        }
        dispatcher = MailDispatcher(
            queue: .postgres(pool),
            postbox: Postbox(box: box, links: mail.links),
            templates: try MailTemplates(),
            sender: mail.sender,
            transport: mail.server.map { .smtp($0) } ?? mailbox?.transport,
            showsWords: mailbox != nil,
            logger: logger
        )
    }

    /// For `GET /dev/mail`.
    var developmentMails: (@Sendable () -> [DevelopmentMail])? {
        guard let mailbox else { return nil }
        return {
            mailbox.newestFirst.map { mail in
                DevelopmentMail(
                    to: mail.to.address,
                    subject: mail.subject,
                    text: mail.text,
                    html: mail.html,
                    sentAt: mail.date
                )
            }
        }
    }
}

extension AccountLinks {
    /// Where the dashboard is reached; in development this machine, unless the operator says otherwise.
    fileprivate init(_ settings: Settings) {
        let host = settings.text(.host)
        let name = ["0.0.0.0", "::"].contains(host) ? "localhost" : host.contains(":") ? "[\(host)]" : host
        self.init(base: settings[.publicURL] ?? "http://\(name):\(settings.integer(.port))")
    }
}
