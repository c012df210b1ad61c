/// Reads the record back, for its verification.
package struct AuditTrail: Sendable {
    /// The head as the database keeps it.
    package var head: @Sendable () async throws -> AuditHead
    /// Up to `limit` entries after a sequence, in order.
    package var entries: @Sendable (_ after: Int64, _ limit: Int) async throws -> [AuditRecord]
    /// An entry without a place in the chain; there never is one outside of the transaction that writes it.
    package var stray: @Sendable () async throws -> String?

    package init(
        head: @escaping @Sendable () async throws -> AuditHead,
        entries: @escaping @Sendable (_ after: Int64, _ limit: Int) async throws -> [AuditRecord],
        stray: @escaping @Sendable () async throws -> String?
    ) {
        self.head = head
        self.entries = entries
        self.stray = stray
    }

    private static let pageSize = 2_000

    /// Walks along the whole record.
    ///
    /// - Parameter anchors: heads that were noted down outside of the database.
    /// - Returns: how far the record is as it was written, and the first fault.
    /// - Throws: the store's failure.
    package func verify(anchors: [AuditHead]) async throws -> (verified: AuditHead, fault: AuditFault?) {
        let head = try await head()
        var verifier = AuditVerifier(anchors: anchors)
        while true {
            let page = try await entries(verifier.verified.sequence, Self.pageSize)
            for entry in page {
                if let fault = verifier.check(entry) { return (verifier.verified, fault) }
            }
            if page.count < Self.pageSize { break }
        }
        if let fault = verifier.finish(at: head) { return (verifier.verified, fault) }
        return (verifier.verified, try await stray().map { .inserted(id: $0) })
    }
}
