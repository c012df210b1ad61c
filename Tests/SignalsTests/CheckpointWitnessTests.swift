import Crypto
import Foundation
import MerkleLog
import Signals
import Synchronization
import Testing

@Suite("Witnesses of the record")
struct CheckpointWitnessTests {
    private let key = CheckpointKey(Curve25519.Signing.PrivateKey())

    private func checkpoint(_ size: Int64) throws -> SignedCheckpoint {
        let root = MerkleHash.leaf(Data("\(size)".utf8))
        return try key.sign(Checkpoint(origin: SignalRecord.origin, size: size, root: root, signedAt: size * 1_000))
    }

    private struct Away: Error {}

    /// What a witness heard, and whether it can be reached.
    private final class Ear: Sendable {
        let heard = Mutex<[Int64]>([])
        let isAway = Mutex(false)

        func witness(pause: Int64 = 0) -> CheckpointWitness {
            CheckpointWitness(name: "ear", pause: pause) { signed in
                if self.isAway.withLock({ $0 }) { throw Away() }
                self.heard.withLock { $0.append(signed.checkpoint.size) }
            }
        }
    }

    @Test("Each checkpoint is told once, and the latest again after a restart")
    func once() async throws {
        let ear = Ear()
        let rounds = WitnessRounds([ear.witness()])
        for size: Int64 in [3, 3, 4, 4, 4] { _ = await rounds.tell(try checkpoint(size), at: size) }
        #expect(ear.heard.withLock { $0 } == [3, 4])
        _ = await WitnessRounds([ear.witness()]).tell(try checkpoint(4), at: 5)
        #expect(ear.heard.withLock { $0 } == [3, 4, 4])
    }

    @Test("One that is away is told the latest a minute later, and keeps no other waiting")
    func away() async throws {
        let (absent, present) = (Ear(), Ear())
        absent.isAway.withLock { $0 = true }
        let rounds = WitnessRounds([absent.witness(), present.witness()])
        #expect(await rounds.tell(try checkpoint(1), at: 0).map(\.name) == ["ear"])
        #expect(present.heard.withLock { $0 } == [1])
        absent.isAway.withLock { $0 = false }
        #expect(await rounds.tell(try checkpoint(2), at: 59_999).isEmpty)
        #expect(absent.heard.withLock { $0 }.isEmpty)
        _ = await rounds.tell(try checkpoint(3), at: 60_000)
        #expect(absent.heard.withLock { $0 } == [3])
        #expect(present.heard.withLock { $0 } == [1, 2, 3])
    }

    @Test("One that wants to hear seldom hears the latest when its time has come")
    func seldom() async throws {
        let ear = Ear()
        let rounds = WitnessRounds([ear.witness(pause: 1_000)])
        for time: Int64 in [1, 500, 999, 1_001, 1_500] { _ = await rounds.tell(try checkpoint(time), at: time) }
        #expect(ear.heard.withLock { $0 } == [1, 1_001])
    }

    @Test("A file holds what it was told, once, and is read back over half a line")
    func file() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("witness-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = WitnessFile(path: path)
        let told = try [1, 2, 30].map { try checkpoint($0) }
        for signed in told {
            try file.add(signed)
            try WitnessFile(path: path).add(signed)
        }
        let heads = told.map { RecordHead(size: $0.checkpoint.size, root: $0.checkpoint.root) }
        #expect(try file.heads() == heads)
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(#"{"size":31,"rootH"#.utf8))
        try handle.close()
        #expect(try file.heads() == heads)
        let next = try checkpoint(40)
        try file.add(next)
        #expect(try file.heads() == heads + [RecordHead(size: 40, root: next.checkpoint.root)])
        #expect(throws: (any Error).self) { try WitnessFile(path: path + "/none").add(told[0]) }
    }
}
