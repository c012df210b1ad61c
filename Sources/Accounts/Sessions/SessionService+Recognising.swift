import Foundation

extension SessionService {
    /// A fingerprint of fewer bytes may be guessed, so it proves nothing.
    static let provingFingerprintBytes = 16

    /// What a device of the user's is called where failures are counted; nil for what does not prove to be one.
    ///
    /// It is one that presents a refresh token of the user's, spent or not, or a mark of its own that the user has signed
    /// in with before. What a request looks like proves nothing, since anybody can look like it.
    ///
    /// - Parameters:
    ///   - device: as it describes itself.
    ///   - token: the refresh token that came with the request.
    ///   - user: whose it may be; for nobody's id the same work is done.
    /// - Returns: a name that only the device's requests have.
    /// - Throws: the store's failure.
    func recognise(_ device: ClientDevice, presenting token: String?, of user: UUID) async throws -> String? {
        let isProof = (device.fingerprint?.utf8.count ?? 0) >= Self.provingFingerprintBytes
        let deviceHash = isProof ? keys.deviceHash(device, DeviceHints(userAgent: nil), of: user) : nil
        let tokenHash = token.flatMap { RefreshToken($0) }.map(keys.hash)
        guard deviceHash != nil || tokenHash != nil else { return nil }
        return try await store.knownDevice(user, deviceHash, tokenHash)
    }
}
