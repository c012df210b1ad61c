package import Foundation

/// Seals letters for the queue, so that a copy of the database opens no account with their links.
package struct Postbox: Sendable {
    private let box: SecretBox
    package let links: AccountLinks

    package init(box: SecretBox, links: AccountLinks) {
        self.box = box
        self.links = links
    }

    /// Seals a letter, which goes out once for its key and is worth sending for its lifetime in seconds.
    ///
    /// It is forgotten with the account of `userID`; without one it outlives the account.
    package func seal(
        _ letter: Letter,
        userID: UUID? = nil,
        key: String = UUID().uuidString.lowercased(),
        at now: Date,
        lifetime: TimeInterval = 2 * 86_400
    ) throws -> SealedLetter {
        let bytes = try [UInt8](JSONEncoder().encode(letter))
        return SealedLetter(
            key: key,
            userID: userID,
            topic: Digest.hex(letter.topic),
            payload: try box.seal(bytes, for: .letter, of: key),
            createdAt: now,
            expiresAt: now.addingTimeInterval(lifetime)
        )
    }

    /// The letter, or nil when it does not open.
    package func open(_ payload: String, key: String) -> Letter? {
        guard let bytes = box.open(payload, for: .letter, of: key) else { return nil }
        return try? JSONDecoder().decode(Letter.self, from: Data(bytes))
    }
}

/// A letter as the queue keeps it.
package struct SealedLetter: Sendable {
    package let key: String
    package let userID: UUID?
    /// Occasion and recipient as a hash: only so many of one topic are taken within an hour.
    package let topic: String
    package let payload: String
    package let createdAt: Date
    package let expiresAt: Date
}

/// Where the links in letters lead: pages of ours that hand the token on.
///
/// The token stands behind `#`, which no browser sends to a server and no server writes to its log.
package struct AccountLinks: Sendable {
    /// What the page behind a link does.
    package enum Action: String, Sendable {
        case verifyEmail = "verify-email"
        case resetPassword = "reset-password"
        case notMe = "not-me"
    }

    private let base: String

    /// - Parameter base: where the dashboard is reached, such as `https://app.example.com`; never taken from a request.
    package init(base: String) { self.base = base.hasSuffix("/") ? String(base.dropLast()) : base }

    package func link(_ action: Action, _ token: LinkToken) -> String {
        "\(base)/account#\(action.rawValue)=\(token.reveal())"
    }

    /// The front page.
    package var home: String { base + "/" }
}
