import CArgon2
import Foundation

/// An Argon2id hash with its salt and parameters, read from and written as a PHC string.
///
/// `$argon2id$v=19$m=65536,t=3,p=1$<salt>$<hash>`, both in Base64 without padding.
package struct PasswordHash: Hashable, Sendable {
    package let parameters: Argon2Parameters
    package let salt: [UInt8]
    package let digest: [UInt8]

    package static let saltLength = 16
    package static let digestLength = 32

    package init(parameters: Argon2Parameters, salt: [UInt8], digest: [UInt8]) {
        self.parameters = parameters
        self.salt = salt
        self.digest = digest
    }

    /// Hashes the password.
    ///
    /// Takes the parameters' memory and some 100 ms of the calling thread.
    ///
    /// - Throws: ``PasswordHashError/outOfMemory``, or ``PasswordHashError/refused(code:)`` with the library's code.
    package init(
        of password: [UInt8],
        salt: [UInt8],
        parameters: Argon2Parameters,
        length: Int = digestLength
    ) throws(PasswordHashError) {
        var digest = [UInt8](repeating: 0, count: length)
        let code = argon2id_hash_raw(
            parameters.passes,
            parameters.memoryKiB,
            parameters.lanes,
            password,
            password.count,
            salt,
            salt.count,
            &digest,
            length
        )
        if code == ARGON2_MEMORY_ALLOCATION_ERROR.rawValue { throw .outOfMemory }
        guard code == ARGON2_OK.rawValue else { throw .refused(code: Int(code)) }
        self.init(parameters: parameters, salt: salt, digest: digest)
    }

    /// Whether the password gives this hash; the comparison takes the same time wherever they differ.
    package func matches(_ password: [UInt8]) throws(PasswordHashError) -> Bool {
        let other = try PasswordHash(of: password, salt: salt, parameters: parameters, length: digest.count)
        return constantTimeEqual(other.digest, digest)
    }
}

/// Why a hash could not be computed.
package enum PasswordHashError: Error, Hashable, Sendable {
    case outOfMemory
    case refused(code: Int)
}

// MARK: - PHC string

extension PasswordHash {
    /// Nil unless the text is an Argon2id hash of version 19 as written by ``phc``, within the ceiling.
    ///
    /// Salt 8 to 64 bytes, digest 16 to 64 bytes, numbers without leading zeros: one hash has one spelling.
    package init?(phc text: String) {
        guard text.utf8.count <= 255 else { return nil }
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id", parts[2] == "v=19" else { return nil }
        let costs = parts[3].split(separator: ",", omittingEmptySubsequences: false)
        guard costs.count == 3,
            let memory = Self.number(costs[0], named: "m="),
            let passes = Self.number(costs[1], named: "t="),
            let lanes = Self.number(costs[2], named: "p="),
            let parameters = Argon2Parameters(ofStoredHash: memory, passes: passes, lanes: lanes),
            let salt = Self.bytes(parts[4]), (8...64).contains(salt.count),
            let digest = Self.bytes(parts[5]), (16...64).contains(digest.count)
        else { return nil }
        self.init(parameters: parameters, salt: salt, digest: digest)
    }

    package var phc: String {
        "$argon2id$v=19$m=\(parameters.memoryKiB),t=\(parameters.passes),p=\(parameters.lanes)"
            + "$\(Self.base64(salt))$\(Self.base64(digest))"
    }

    private static func number(_ text: Substring, named name: String) -> UInt32? {
        guard text.hasPrefix(name) else { return nil }
        let digits = text.dropFirst(name.count)
        guard let value = UInt32(digits), digits == String(value) else { return nil }
        return value
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: text + padding), base64([UInt8](data)) == text else { return nil }
        return [UInt8](data)
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        String(Data(bytes).base64EncodedString().prefix { $0 != "=" })
    }
}
