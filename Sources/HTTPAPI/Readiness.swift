import Synchronization

/// Whether this process should be sent requests, part by part.
package final class Readiness: Sendable {
    /// One thing the process cannot do without.
    package struct Part: Sendable {
        package let name: String
        /// Nil when it is well, else a word for the operator that holds no secret.
        package let fault: @Sendable () async -> String?

        package init(name: String, fault: @escaping @Sendable () async -> String?) {
            self.name = name
            self.fault = fault
        }
    }

    private let parts: [Part]
    private let draining = Atomic<Bool>(false)

    package init(parts: [Part]) { self.parts = parts }

    /// From now on the process is not ready: it is going away.
    package func drain() { draining.store(true, ordering: .relaxed) }

    /// The parts that fail now, with the reason.
    package func faults() async -> [(part: String, fault: String)] {
        if draining.load(ordering: .relaxed) { return [("process", "draining")] }
        var faults: [(part: String, fault: String)] = []
        for part in parts {
            if let fault = await part.fault() { faults.append((part.name, fault)) }
        }
        return faults
    }
}
