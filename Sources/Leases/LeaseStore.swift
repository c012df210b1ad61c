/// Where it stands who does which job; its clock decides for all processes when a lease has run out.
package struct LeaseStore: Sendable {
    /// Takes the lease of a job, or keeps it, for so long from now on; nil while another holder has it.
    package var take: @Sendable (_ job: String, _ holder: String, _ length: Duration) async throws -> Fence?
    /// Gives it back, so that another need not wait for its end; nothing where it is another's.
    package var release: @Sendable (_ job: String, _ holder: String) async throws -> Void

    package init(
        take: @escaping @Sendable (_ job: String, _ holder: String, _ length: Duration) async throws -> Fence?,
        release: @escaping @Sendable (_ job: String, _ holder: String) async throws -> Void
    ) {
        self.take = take
        self.release = release
    }
}
