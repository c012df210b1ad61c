/// A mail to somebody: what happened, and the words that its template needs.
///
/// How it looks is not decided here.
package struct Letter: Codable, Hashable, Sendable {
    /// Each has a template of its own.
    package enum Occasion: String, Codable, CaseIterable, Sendable {
        /// Somebody registered with the address: a link completes it.
        case confirmAddress = "confirm-address"
        /// Somebody registered with an address that has an account.
        case addressKnown = "address-known"
        /// An account wants to move to the address: a link completes it.
        case confirmNewAddress = "confirm-new-address"
        /// To the old address, after the account has moved.
        case addressChanged = "address-changed"
        case resetPassword = "reset-password"
        case passwordChanged = "password-changed"
        /// A sign-in from a device never seen: one link ends it.
        case newDevice = "new-device"
        case secondFactorOff = "second-factor-off"
        case accountErased = "account-erased"
        /// To an operator: something the guard found.
        case alert
        /// To a witness: what the record of signals is.
        case recordCheckpoint = "record-checkpoint"
    }

    /// The address it goes to.
    package let recipient: String
    package let occasion: Occasion
    /// What the template names, such as `link`, `minutes` and `device`.
    package let values: [String: String]

    package init(to recipient: EmailAddress, _ occasion: Occasion, _ values: [String: String] = [:]) {
        self.init(recipient: recipient.text, occasion: occasion, values: values)
    }

    private init(recipient: String, occasion: Occasion, values: [String: String]) {
        self.recipient = recipient
        self.occasion = occasion
        self.values = values
    }
}

extension Letter {
    /// What letters have in common of which one address gets only so many an hour.
    ///
    /// Alerts are of one topic where they are of one kind: a flood of one must not drown the others, nor fill the queue.
    var topic: String {
        let topic = "\(occasion.rawValue) \(recipient)"
        return occasion == .alert ? "\(topic) \(values["title"] ?? "")" : topic
    }
}

extension Letter {
    /// The same letter for a log: of each link only what it is for, `…` instead of what it opens.
    package var withoutSecrets: Letter {
        Letter(
            recipient: maskedRecipient,
            occasion: occasion,
            values: values.mapValues { value in
                guard let mark = value.firstIndex(of: "#") else { return value }
                return value[..<(value[mark...].firstIndex(of: "=") ?? mark)] + "=…"
            }
        )
    }
}

extension Letter: CustomStringConvertible {
    /// Without the values: links open accounts.
    package var description: String { "Letter(\(occasion.rawValue) to \(maskedRecipient))" }

    /// `j…@example.com`: enough to find a letter in the log, too little to collect addresses from it.
    package var maskedRecipient: String {
        let parts = recipient.split(separator: "@", maxSplits: 1)
        return parts.count == 2 ? "\(parts[0].prefix(1))…@\(parts[1])" : "…"
    }
}
