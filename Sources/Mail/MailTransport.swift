/// What carries mails away.
package struct MailTransport: Sendable {
    /// Throws ``MailFailure``.
    package var send: @Sendable (_ message: MailMessage) async throws -> Void

    package init(send: @escaping @Sendable (_ message: MailMessage) async throws -> Void) { self.send = send }
}

/// Why a mail was not taken.
///
/// Holds no address: servers like to quote them.
package enum MailFailure: Error, Hashable, Sendable {
    /// The server will never take it: the code of its answer, 550 for an unknown mailbox.
    case refused(code: Int)
    /// Another attempt may succeed; the sentence is libcurl's own.
    case unreachable(String)
    /// The sender or the server is configured wrongly, which an operator can mend.
    case misconfigured(String)
}
