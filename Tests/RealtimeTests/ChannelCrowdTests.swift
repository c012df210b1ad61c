import Accounts
import Channels
import Foundation
import Realtime
import StrictJSON
import Synchronization
import TestKit
import Testing

@Suite("A crowd on two servers", .timeLimit(.minutes(5)))
struct ChannelCrowdTests {
    private static let clients = 24
    private static let messages = 180

    @Test(
        "Clients cut at random, publishers side by side, one of two servers dies: everybody hears everything once, in order"
    )
    func crowd() async throws {
        try await ChannelStand.run { house in
            let (life, end) = AsyncStream.makeStream(of: Void.self)
            try await house.serving { lasting in
                let servers = Servers([lasting])
                let dying = Task {
                    try await house.serving { stand in
                        servers.add(stand)
                        for await _ in life {}
                    }
                }
                try await withThrowingTaskGroup(of: [Int64].self) { group in
                    for client in 0..<Self.clients {
                        group.addTask { try await Self.log(of: client, of: house, on: servers) }
                    }
                    try await Self.publish(to: house)
                    end.finish()
                    try await dying.value
                    try await Self.publish(to: house)
                    for try await log in group { #expect(log == Array(1...Int64(Self.messages))) }
                }
            }
        }
    }

    /// Half of the messages, by three publishers at once.
    private static func publish(to house: ChannelStand) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 { group.addTask { try await house.publish(messages / 6) } }
            try await group.waitForAll()
        }
    }

    /// What one client hears: each time from a server at random, some messages, and then the line breaks.
    private static func log(of client: Int, of house: ChannelStand, on servers: Servers) async throws -> [Int64] {
        var random = SeededGenerator(seed: UInt64(client))
        let user = try await house.add(.vip)
        var log: [Int64] = []
        while log.count < messages {
            let server = servers.any(&random)
            guard var peer = try? await server.connect() else { continue }
            peer.send(auth: try server.token(of: user))
            guard let epoch = await peer.next("welcome")?["epoch"]?.text else { continue }
            let last = log.last ?? 0
            let resume = #"{"epoch":"\#(epoch)","sequences":{"signals":\#(last)}}"#
            peer.send(#"{"type":"subscribe","channels":["signals"],"resume":\#(resume)}"#)
            guard let answer = await peer.next("subscribed") else { continue }
            #expect(answer["channels"]?.items?.first?.start == "\(last) true")
            let count = Int.random(in: 1...25, using: &random)
            log += await peer.numbers("signal", min(count, messages - log.count))
            peer.hangUp()
        }
        return log
    }

    /// The servers that a client may try, those that have died among them.
    private final class Servers: Sendable {
        private let stands: Mutex<[SocketStand]>

        init(_ stands: [SocketStand]) { self.stands = Mutex(stands) }

        func add(_ stand: SocketStand) { stands.withLock { $0.append(stand) } }

        func any(_ random: inout SeededGenerator) -> SocketStand {
            stands.withLock { $0[Int.random(in: $0.indices, using: &random)] }
        }
    }
}
