package import Foundation

/// A mail, ready to be sent.
package struct MailMessage: Sendable {
    package let from: MailAddress
    package let to: MailAddress
    package let subject: String
    package let text: String
    package let html: String
    package let date: Date
    /// Names the mail for whoever receives it: a mail that came twice is known by it.
    package let id: String

    /// The key is the same for every attempt to send the same letter.
    package init(
        from: MailAddress,
        to: MailAddress,
        subject: String,
        text: String,
        html: String,
        date: Date,
        key: String
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.date = date
        id = "\(key)@\(from.domain)"
    }

    /// The mail as RFC 5322 and MIME want it: 7 bits, lines of at most 76 characters, CRLF.
    package var bytes: [UInt8] {
        let boundary = "=_tradepulse_\(id.prefix { $0 != "@" })"
        let lines = [
            "Date: \(Self.dateText(date))", "From: \(from.headerText)", "To: \(to.headerText)",
            "Message-ID: <\(id)>", "Subject: \(HeaderText.encoded(subject))",
            // RFC 3834: no machine is to answer a machine.
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: multipart/alternative; boundary=\"\(boundary)\"", "",
            "--\(boundary)", Self.part("text/plain", text), "--\(boundary)", Self.part("text/html", html),
            "--\(boundary)--", "",
        ]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    private static func part(_ type: String, _ content: String) -> String {
        let encoded = Data(content.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return "Content-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n\(encoded)"
    }

    /// `Fri, 31 Jan 2026 12:00:00 +0000`.
    private static func dateText(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss Z"
        return formatter.string(from: date)
    }
}
