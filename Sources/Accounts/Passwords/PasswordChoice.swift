extension Password {
    /// A password that somebody chose for the account.
    ///
    /// - Throws: ``AccountError/inputInvalid(_:)`` with what speaks against it.
    static func chosen(_ raw: String, for email: EmailAddress?) throws(AccountError) -> Password {
        guard let password = Password(raw) else {
            throw .inputInvalid([.passwordTooLong(maximum: allowedLengths.upperBound)])
        }
        let faults = password.faults(for: email)
        guard faults.isEmpty else { throw .inputInvalid(faults) }
        return password
    }
}
