import Crypto
package import Foundation

/// Time-based one-time passwords (RFC 6238) in the one form that every authenticator app knows: HMAC-SHA-1, six digits,
/// steps of 30 seconds.
package struct OneTimePassword: Sendable {
    /// 160 bits, as RFC 4226 recommends.
    package static let secretLength = 20
    /// Seconds that one code is shown.
    package static let stepSeconds: Int64 = 30
    package static let digits = 6
    /// Steps that the user's clock may be ahead or behind, and that typing may take.
    static let tolerance: Int64 = 1

    private let key: SymmetricKey

    package init(secret: [UInt8]) { key = SymmetricKey(data: secret) }

    /// The number of the step that the moment falls into, counted from 1970.
    package static func step(at now: Date) -> Int64 {
        Int64((now.timeIntervalSince1970 / Double(stepSeconds)).rounded(.down))
    }

    /// The code of a step, with its leading zeros.
    package func code(at step: Int64) -> String {
        let text = String(value(at: step))
        return String(repeating: "0", count: Self.digits - text.count) + text
    }

    /// The step that the code is good for now, if that step is later than the one spent last; nil for any other code.
    ///
    /// The whole window is computed whatever matches, so that the time taken says nothing of the code.
    package func step(of code: String, at now: Date, after spent: Int64?) -> Int64? {
        let current = Self.step(at: now)
        let given = Array(code.utf8)
        var found: Int64?
        for step in (current - Self.tolerance)...(current + Self.tolerance) {
            let isMatch = constantTimeEqual(Array(self.code(at: step).utf8), given)
            if isMatch, step > spent ?? .min { found = found ?? step }
        }
        return found
    }

    /// RFC 4226, 5.3: the hash's last four bits choose which 31 of its bits are taken.
    private func value(at step: Int64) -> UInt32 {
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let hash = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: key))
        let offset = Int(hash[hash.count - 1] & 15)
        let bits = hash[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return (bits & 0x7FFF_FFFF) % 1_000_000
    }
}
