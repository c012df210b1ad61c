import Foundation

/// How failures of one kind are counted, and how long they make wait.
package struct FailurePolicy: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// All that comes from one address.
        case address
        /// All that is tried on one account, from wherever.
        case account
        /// One account from one address.
        case pair
        /// One account on a device of its owner's.
        case device
    }

    package let kind: Kind
    /// Failures without consequences.
    package let free: Int
    /// The wait after the next one.
    package let firstDelaySeconds: Double
    /// So many failures more double the wait.
    package let failuresPerDoubling: Double
    package let longestDelaySeconds: Double
    /// One failure is forgotten in this time.
    package let leakSeconds: Int

    /// Five failures ban the address; the ban, not a delay, is what follows.
    package static let address = FailurePolicy(
        kind: .address,
        free: 5,
        firstDelaySeconds: 0,
        failuresPerDoubling: 1,
        longestDelaySeconds: 0,
        leakSeconds: 180
    )
    /// Slow from the 50th failure on and ever slower, never shut: NIST SP 800-63B-4, 3.2.2 asks for it by the 100th.
    package static let account = FailurePolicy(
        kind: .account,
        free: 50,
        firstDelaySeconds: 1,
        failuresPerDoubling: 10,
        longestDelaySeconds: 900,
        leakSeconds: 600
    )
    /// For addresses that are never banned.
    package static let pair = FailurePolicy(
        kind: .pair,
        free: 5,
        firstDelaySeconds: 2,
        failuresPerDoubling: 1,
        longestDelaySeconds: 900,
        leakSeconds: 600
    )
    /// Only who holds the device counts here, so strangers cannot make its owner wait.
    package static let device = FailurePolicy(
        kind: .device,
        free: 5,
        firstDelaySeconds: 2,
        failuresPerDoubling: 1,
        longestDelaySeconds: 900,
        leakSeconds: 600
    )

    package static func of(_ kind: Kind) -> FailurePolicy {
        switch kind {
        case .address: .address
        case .account: .account
        case .pair: .pair
        case .device: .device
        }
    }

    /// Seconds from the last failure to the next attempt.
    package func delaySeconds(after failures: Int) -> Double {
        guard failures >= free else { return 0 }
        return min(firstDelaySeconds * exp2(Double(failures - free) / failuresPerDoubling), longestDelaySeconds)
    }
}
