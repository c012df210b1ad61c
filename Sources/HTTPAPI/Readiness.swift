import Synchronization

/// Whether this process should be sent requests, part by part.
package final class Readiness: Sendable {
    /// One thing the process leans on.
    package struct Part: Sendable {
        package let name: String
        /// Whether it cannot do without.
        package let isVital: Bool
        /// Nil when it is well, else a word for the operator that holds no secret.
        package let fault: @Sendable () async -> String?

        package init(name: String, isVital: Bool = true, fault: @escaping @Sendable () async -> String?) {
            self.name = name
            self.isVital = isVital
            self.fault = fault
        }
    }

    /// A part that fails now.
    package struct Fault: Hashable, Sendable {
        package let part: String
        package let fault: String
        /// Whether it keeps the process from being ready.
        package let isVital: Bool
    }

    private let parts: [Part]
    private let draining = Atomic<Bool>(false)

    package init(parts: [Part]) { self.parts = parts }

    /// From now on the process is not ready: it is going away.
    package func drain() { draining.store(true, ordering: .relaxed) }

    /// The parts that fail now, with the reason.
    package func faults() async -> [Fault] {
        if draining.load(ordering: .relaxed) { return [Fault(part: "process", fault: "draining", isVital: true)] }
        var faults: [Fault] = []
        for part in parts {
            if let fault = await part.fault() {
                faults.append(Fault(part: part.name, fault: fault, isVital: part.isVital))
            }
        }
        return faults
    }
}
