package import Accounts
import Foundation

/// The mail server that letters are handed to.
package struct SMTPServer: Sendable {
    /// How the connection is protected.
    enum Protection: Hashable, Sendable {
        /// TLS from the first byte.
        case implicit
        /// Plain at first, then TLS or nothing is sent.
        case upgrade
        /// TLS if the server offers it: only to this very machine.
        case opportunistic
    }

    /// `smtp://host:port`, without name and password.
    let url: String
    let user: String?
    let password: Secret?
    let protection: Protection
    /// A file of certificates to trust instead of the system's.
    let certificatesFile: String?

    /// Reads `smtp://user:password@host:587` or `smtps://…`; the two are percent-encoded where they need to be.
    ///
    /// - Returns: nil when it is no such URL, or names a user without a password.
    package init?(url text: Secret, certificatesFile: String? = nil) {
        guard let parts = URLComponents(string: text.reveal()), let scheme = parts.scheme?.lowercased(),
            ["smtp", "smtps"].contains(scheme), let host = parts.host, !host.isEmpty,
            ["", "/"].contains(parts.path), parts.query == nil, parts.fragment == nil,
            (parts.user == nil) == (parts.password == nil)
        else { return nil }
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let isHere = ["localhost", "127.0.0.1", "::1"].contains(bare)
        protection = scheme == "smtps" ? .implicit : isHere ? .opportunistic : .upgrade
        let port = parts.port ?? (scheme == "smtps" ? 465 : 587)
        url = "\(scheme)://\(bare.contains(":") ? "[\(bare)]" : bare):\(port)"
        user = parts.user
        password = parts.password.map(Secret.init)
        self.certificatesFile = certificatesFile
    }
}
