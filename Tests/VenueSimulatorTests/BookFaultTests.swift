import Markets
import NIOCore
import TestKit
import Testing
import VenueSimulator
import WebSockets

@Suite("Faults on books and connections", .fewAtOnce, .timeLimit(.minutes(2)))
struct BookFaultTests {
    private static let source = VenueSimulator.Source.market(seed: 42, tradesPerSecond: 1000, assets: 12)
    private static let subscription = #"{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}"#

    /// Sequence numbers of the next update of an OKX book: the one before and its own.
    private static func update(_ socket: inout Socket) async throws -> (previous: Int64, own: Int64) {
        let frame = try #require(await socket.first { $0["action"] as? String == "update" })
        let data = try #require((frame["data"] as? [[String: Any]])?.first)
        return (try #require(data["prevSeqId"] as? Int64), try #require(data["seqId"] as? Int64))
    }

    private static func following(_ body: @Sendable (Harness, inout Socket) async throws -> Void) async throws {
        try await Harness.with(.okx, source) { venue in
            var socket = try await venue.socket("/ws/v5/public")
            socket.send(subscription)
            #expect(await socket.first { $0["action"] as? String == "snapshot" } != nil)
            try await body(venue, &socket)
        }
    }

    @Test("A dropped frame is a gap in the sequence")
    func drop() async throws {
        try await Self.following { venue, socket in
            var last = try await Self.update(&socket).own
            venue.simulator.faults.drop(frames: 1, of: "books")
            var next = try await Self.update(&socket)
            while next.previous == last {
                last = next.own
                next = try await Self.update(&socket)
            }
            #expect(next.previous > last)
            #expect(venue.simulator.faults.counts[.drop] == 1)
        }
    }

    @Test("Reordered frames come with the later one first")
    func reorder() async throws {
        try await Self.following { venue, socket in
            _ = try await Self.update(&socket)
            venue.simulator.faults.reorder(frames: 1, of: "books")
            var before = try await Self.update(&socket)
            var next = try await Self.update(&socket)
            while next.own > before.own {
                before = next
                next = try await Self.update(&socket)
            }
            #expect(next.own == before.previous)
            #expect(venue.simulator.faults.counts[.reorder] == 1)
        }
    }

    @Test("A duplicated frame comes twice, a flooded one many times, a garbled one not at all as JSON")
    func repeats() async throws {
        try await Self.following { venue, socket in
            venue.simulator.faults.duplicate(frames: 1, of: "books")
            var last = try await Self.update(&socket).own
            var next = try await Self.update(&socket).own
            while next != last {
                last = next
                next = try await Self.update(&socket).own
            }
            #expect(venue.simulator.faults.counts[.duplicate] == 1)
            socket.send(#"{"op":"subscribe","args":[{"channel":"mark-price","instId":"BTC-USDT-SWAP"}]}"#)
            venue.simulator.faults.flood(copies: 3)
            var marks: [String] = []
            while marks.count < 4, let text = await socket.next() {
                if text.contains("markPx") { marks.append(text) }
            }
            // The first is the greeting, which no fault touches.
            #expect(Set(marks.dropFirst()).count == 1)
            venue.simulator.faults.flood(copies: 1)
        }
    }

    @Test("Slow frames queue up and come in order")
    func slow() async throws {
        try await Self.following { venue, socket in
            _ = try await Self.update(&socket)
            venue.simulator.faults.slow(frames: 0)
            var struck = 0
            while struck < 3 { struck = venue.simulator.faults.counts[.slow] ?? 0; await Task.yield() }
            venue.simulator.faults.slow(frames: nil)
            var last = try await Self.update(&socket).own
            for _ in 0..<4 {
                let next = try await Self.update(&socket)
                #expect(next.previous == last)
                last = next.own
            }
        }
    }

    @Test("A half-open connection answers nothing and says nothing, and stays open")
    func halfOpen() async throws {
        try await Self.following { venue, socket in
            venue.simulator.faults.halfOpen()
            #expect(venue.simulator.faults.counts[.halfOpen] == 1)
            socket.send("ping")
            var healthy = try await venue.socket("/ws/v5/public")
            healthy.send("ping")
            #expect(await healthy.next() == "pong")
            #expect(venue.simulator.openConnections == 2)
            venue.simulator.faults.cut()
            #expect(venue.simulator.faults.counts[.cut] == 2)
            while let text = await socket.next() { #expect(text != "pong") }
        }
    }

    @Test("Disturbances strike about as many frames as they are told to, each kind of them")
    func disturbance() async throws {
        try await Self.following { venue, socket in
            venue.simulator.faults.disturb(share: 0.2, seed: 3)
            let kinds: Set<Fault> = [.drop, .duplicate, .reorder, .garble]
            while !kinds.isSubset(of: venue.simulator.faults.counts.keys) { #expect(await socket.next() != nil) }
            venue.simulator.faults.disturb(share: 0, seed: 0)
        }
    }
}
