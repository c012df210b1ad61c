/// What one Argon2id hash costs.
package struct Argon2Parameters: Hashable, Sendable {
    /// Memory of one hash in KiB.
    package let memoryKiB: UInt32
    /// Passes over that memory.
    package let passes: UInt32
    /// Lanes; more than one makes the library start threads of its own.
    package let lanes: UInt32

    /// 64 MiB, three passes, one lane: RFC 9106's second recommended option with the lanes of one worker.
    package static let standard = Argon2Parameters(unchecked: 65_536, passes: 3, lanes: 1)

    /// OWASP's floor: 19 MiB, two passes, one lane.
    package static let floor = Argon2Parameters(unchecked: 19_456, passes: 2, lanes: 1)

    /// The most that a stored hash may ask for: 1 GiB, 16 passes, 16 lanes.
    ///
    /// A planted row must not be able to take the machine's memory.
    static let ceiling = Argon2Parameters(unchecked: 1_048_576, passes: 16, lanes: 16)

    /// Nil below the floor in any figure, or above 1 GiB, 16 passes and 16 lanes.
    package init?(memoryKiB: UInt32, passes: UInt32, lanes: UInt32) {
        let allowed =
            (Self.floor.memoryKiB...Self.ceiling.memoryKiB).contains(memoryKiB)
            && (Self.floor.passes...Self.ceiling.passes).contains(passes)
            && (Self.floor.lanes...Self.ceiling.lanes).contains(lanes)
        guard allowed else { return nil }
        self.init(unchecked: memoryKiB, passes: passes, lanes: lanes)
    }

    /// For hashes that exist already: what Argon2 itself requires, and no more than the ceiling.
    package init?(ofStoredHash memoryKiB: UInt32, passes: UInt32, lanes: UInt32) {
        guard (1...Self.ceiling.lanes).contains(lanes), (1...Self.ceiling.passes).contains(passes),
            (8 * lanes...Self.ceiling.memoryKiB).contains(memoryKiB)
        else { return nil }
        self.init(unchecked: memoryKiB, passes: passes, lanes: lanes)
    }

    private init(unchecked memoryKiB: UInt32, passes: UInt32, lanes: UInt32) {
        self.memoryKiB = memoryKiB
        self.passes = passes
        self.lanes = lanes
    }
}
