/// What a job's writes carry, so that those of a holder that has lost its lease unnoticed are refused.
package struct Fence: Hashable, Sendable {
    package let job: String
    /// Grows with every change of hands.
    package let token: Int64

    package init(job: String, token: Int64) {
        self.job = job
        self.token = token
    }
}

/// Another process does the job now.
package struct LeaseLost: Error, Hashable, Sendable, CustomStringConvertible {
    package let job: String

    package init(job: String) { self.job = job }

    package var description: String { "another process has the lease of \(job)" }
}
