import Dispatch
import MarketFeed
import NIOCore
import Realtime
import StrictJSON
import TestKit
import Testing
import WebSockets

@Suite("Tickers over sockets", .timeLimit(.minutes(2)))
struct TickerDeliveryTests {
    @Test("Whoever subscribes hears the newest price of every symbol at once, then what changes")
    func everySymbol() async throws {
        try await SocketStand.serving { stand in
            try stand.say("BTCUSDT", "100")
            try stand.say("BTCUSDT", "101")
            try stand.say("ETHUSDT", "10")
            var peer = try await stand.member()
            peer.subscribe()
            #expect(await peer.next("subscribed")?["channels"]?.items?.first?["name"]?.text == "tickers")
            #expect(await peer.nextTickers(2).sorted() == ["BTCUSDT 101", "ETHUSDT 10"])
            try stand.say("BTCUSDT", "102")
            try stand.say("BTCUSDT", "103")
            stand.hub.tick()
            #expect(await peer.nextTickers(1) == ["BTCUSDT 103"])
        }
    }

    @Test("Two sockets that subscribed at different versions are sent one batch")
    func sharedBatch() async throws {
        try await SocketStand.serving { stand in
            try stand.say("BTCUSDT", "100")
            var early = try await stand.member()
            early.subscribe()
            #expect(await early.nextTickers(1) == ["BTCUSDT 100"])
            try stand.say("ETHUSDT", "10")
            // What the first was sent is not new enough for the second.
            stand.clock.advance(milliseconds: 10)
            var late = try await stand.member()
            late.subscribe()
            #expect(await late.nextTickers(2).sorted() == ["BTCUSDT 100", "ETHUSDT 10"])
            try stand.say("SOLUSDT", "1")
            stand.hub.tick()
            #expect(await early.nextTickers(2) == ["ETHUSDT 10", "SOLUSDT 1"])
            // A batch of its own would have had SOL alone.
            #expect(await late.nextTickers(2) == ["ETHUSDT 10", "SOLUSDT 1"])
        }
    }

    @Test("Of each socket that a tick wrote to, the time since the tick is told")
    func timed() async throws {
        try await SocketStand.serving { stand in
            try stand.say("BTCUSDT", "100")
            var peers = [try await stand.member(), try await stand.member()]
            let loop = try await stand.accepted().eventLoop
            for index in peers.indices {
                peers[index].subscribe()
                #expect(await peers[index].nextTickers(1) == ["BTCUSDT 100"])
            }
            // What a subscription brings at once is no tick's.
            #expect(stand.writes.all.isEmpty)
            try stand.say("BTCUSDT", "101")
            stand.hub.tick()
            for index in peers.indices { #expect(await peers[index].nextTickers(1) == ["BTCUSDT 101"]) }
            // All sockets are on one loop, which has the tick behind it when it comes to this.
            try await loop.submit {}.get()
            #expect(stand.writes.all.count == 2)
            #expect(stand.writes.all.allSatisfy { $0 > 0 })
        }
    }

    @Test("Ticks that come while sockets are still being written to do not pile up: what is newest comes once")
    func slowLoop() async throws {
        try await SocketStand.serving { stand in
            try stand.say("BTCUSDT", "100")
            var peer = try await stand.member()
            let loop = try await stand.accepted().eventLoop
            peer.subscribe()
            #expect(await peer.nextTickers(1) == ["BTCUSDT 100"])
            let (busy, free) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            loop.execute {
                busy.signal()
                free.wait()
            }
            busy.wait()
            for price in 101...150 {
                try stand.say("BTCUSDT", "\(price)")
                stand.hub.tick()
            }
            free.signal()
            try await loop.submit {}.get()
            try stand.say("BTCUSDT", "151")
            stand.hub.tick()
            // One turn, with the newest of the fifty ticks, and one more.
            #expect(await peer.nextTickers(2) == ["BTCUSDT 150", "BTCUSDT 151"])
        }
    }

    @Test("A list of symbols narrows the tickers, a new one replaces it, and unsubscribing ends them")
    func filter() async throws {
        try await SocketStand.serving { stand in
            for symbol in ["BTCUSDT", "ETHUSDT", "SOLUSDT"] { try stand.say(symbol, "100") }
            var peer = try await stand.member()
            peer.subscribe("BTCUSDT", "SOLUSDT")
            #expect(await peer.nextTickers(2).sorted() == ["BTCUSDT 100", "SOLUSDT 100"])
            peer.subscribe("ETHUSDT")
            #expect(await peer.nextTickers(1) == ["ETHUSDT 100"])
            for symbol in ["BTCUSDT", "ETHUSDT", "SOLUSDT"] { try stand.say(symbol, "101") }
            stand.hub.tick()
            #expect(await peer.nextTickers(1) == ["ETHUSDT 101"])
            peer.send(#"{"type":"unsubscribe","channels":["tickers"]}"#)
            _ = try #require(await peer.next("unsubscribed"))
            try stand.say("ETHUSDT", "102")
            stand.hub.tick()
            peer.send(#"{"type":"ping"}"#)
            _ = try #require(await peer.next("pong"))
            #expect(peer.tickers.last == "ETHUSDT 101")
        }
    }

    @Test("A reader that stops costs one batch and no more, and hears the newest price once it reads again")
    func slowReader() async throws {
        try await SocketStand.serving { stand in
            let symbols = (0..<60).map { "C\($0)USDT" }
            for symbol in symbols { try stand.say(symbol, "100") }
            var peer = try await stand.member()
            let channel = try await stand.accepted()
            peer.subscribe()
            _ = await peer.nextTickers(symbols.count)
            try await peer.stopReading()
            var rounds = 0
            // Until the socket takes no more, and twenty times past that.
            var past = 0
            while past < 20, rounds < 10_000 {
                rounds += 1
                for symbol in symbols { try stand.say(symbol, "100.\(rounds)1") }
                stand.hub.tick()
                // The tick's own work is done when what was queued behind it is.
                try await channel.eventLoop.submit {}.get()
                if !channel.isWritable { past += 1 }
            }
            #expect(past == 20)
            let owed = try await channel.getOption(.bufferedWritableBytes).get()
            // NIO calls a socket unwritable from 64 KB on; one batch of 60 tickers of some 130 bytes may come on top.
            #expect(owed < 64 << 10 + 60 * 200)
            try await peer.startReading()
            // The market is quiet now; the ticks that follow bring what was missed.
            while peer.tickers.last?.hasSuffix(" 100.\(rounds)1") != true {
                stand.hub.tick()
                peer.send(#"{"type":"ping"}"#)
                _ = try #require(await peer.next("pong"))
                stand.clock.advance(milliseconds: 1_000)
            }
            #expect(Set(peer.tickers.suffix(symbols.count)) == Set(symbols.map { "\($0) 100.\(rounds)1" }))
            #expect(peer.tickers.count < symbols.count * rounds)
        }
    }

    @Test("Sockets that fell behind within a second share one batch, from the furthest behind on")
    func sharedCatchUp() async throws {
        try await Laggards.two { laggards in
            try await laggards.stall(0)
            // The second hears this, and then falls behind as well.
            try await laggards.say("LATEUSDT")
            try #require(await laggards.peers[1].hears("LATEUSDT 1"))
            try await laggards.stall(1)
            try await laggards.say("LASTUSDT")
            try await laggards.resume()
            for index in 0..<2 { #expect(laggards.count(of: "LATEUSDT 1", at: index) == index) }
            // Both can take it now; one batch, that of the first, has what the second knows.
            laggards.stand.hub.tick()
            for index in 0..<2 {
                try #require(await laggards.peers[index].hears("LASTUSDT 1"))
                #expect(laggards.count(of: "LATEUSDT 1", at: index) == index + 1)
            }
        }
    }

    @Test("A socket that fell behind by more than a second is sent every symbol, and makes nobody else hear them again")
    func farBehind() async throws {
        try await Laggards.two { laggards in
            try laggards.stand.say("OLDUSDT", "1")
            laggards.stand.hub.tick()
            for index in 0..<2 { try #require(await laggards.peers[index].hears("OLDUSDT 1")) }
            try await laggards.stall(0)
            for _ in 0..<10 { try await laggards.say("IDLEUSDT") }
            try await laggards.say("LATEUSDT")
            try #require(await laggards.peers[1].hears("LATEUSDT 1"))
            try await laggards.stall(1)
            try await laggards.say("LASTUSDT")
            try await laggards.resume()
            laggards.stand.hub.tick()
            for index in 0..<2 { try #require(await laggards.peers[index].hears("LASTUSDT 1")) }
            #expect(laggards.count(of: "OLDUSDT 1", at: 0) == 2)
            #expect(laggards.count(of: "OLDUSDT 1", at: 1) == 1)
            #expect(laggards.count(of: "LATEUSDT 1", at: 0) == 1)
            #expect(laggards.count(of: "LATEUSDT 1", at: 1) == 1)
        }
    }

    @Test("Who subscribes within one moment is sent one batch, and what a turn brings comes after it")
    func sharedSnapshot() async throws {
        try await SocketStand.serving { stand in
            try stand.say("BTCUSDT", "100")
            var peers = [try await stand.member(), try await stand.member(), try await stand.member()]
            peers[0].subscribe()
            #expect(await peers[0].nextTickers(1) == ["BTCUSDT 100"])
            // Within the 10 ms for which a batch is new: the clock stands still, but for one for each price.
            try stand.say("BTCUSDT", "101")
            peers[1].subscribe()
            #expect(await peers[1].nextTickers(1) == ["BTCUSDT 100"])
            stand.hub.tick()
            for index in 0..<2 { #expect(await peers[index].nextTickers(1) == ["BTCUSDT 101"]) }
            peers[2].subscribe()
            #expect(await peers[2].nextTickers(1) == ["BTCUSDT 101"])
        }
    }

    @Test("What waits for a reader of one symbol does not keep the batch of all alive")
    func smallPart() async throws {
        let writes = StorageLog()
        try await SocketStand.serving(watching: writes) { stand in
            let symbols = (0..<60).map { "C\($0)USDT" }
            for symbol in symbols { try stand.say(symbol, "100") }
            var peer = try await stand.member()
            let channel = try await stand.accepted()
            peer.subscribe("C7USDT")
            _ = await peer.nextTickers(1)
            try await peer.stopReading()
            var rounds = 0
            while channel.isWritable, rounds < 10_000 {
                rounds += 1
                for symbol in symbols { try stand.say(symbol, "100.\(rounds)1") }
                stand.hub.tick()
                try await channel.eventLoop.submit {}.get()
            }
            // What the socket took at once was never written here.
            let waiting = writes.all
            try #require(!waiting.isEmpty)
            for write in waiting { #expect(write.storage <= 2 * max(write.bytes, 256)) }
        }
    }

    @Test("More sockets than share one row: each gets every tick, and rows that began apart are sent one batch")
    func manyRows() async throws {
        try await SocketStand.serving { stand in
            try stand.say("BTCUSDT", "100")
            var peers: [SocketPeer] = []
            func join(hearing count: Int) async throws {
                var peer = try await stand.member()
                peer.subscribe()
                #expect(await peer.nextTickers(count).count == count)
                peers.append(peer)
            }
            for _ in 0..<512 { try await join(hearing: 1) }
            try stand.say("ETHUSDT", "10")
            // What the first were sent is not new enough for these.
            stand.clock.advance(milliseconds: 10)
            for _ in 0..<88 { try await join(hearing: 2) }
            try stand.say("SOLUSDT", "1")
            stand.hub.tick()
            // A batch of the second row's own would have had SOL alone.
            for index in peers.indices { #expect(await peers[index].nextTickers(2) == ["ETHUSDT 10", "SOLUSDT 1"]) }
            for price in 101...103 {
                try stand.say("BTCUSDT", "\(price)")
                stand.hub.tick()
                for index in peers.indices { #expect(await peers[index].nextTickers(1) == ["BTCUSDT \(price)"]) }
            }
        }
    }
}

/// Two sockets of one server that hear all tickers, and stop reading one after the other.
private struct Laggards {
    let stand: SocketStand
    var peers: [SocketPeer] = []
    private var channels: [any Channel] = []
    private var stalled: Set<Int> = []
    private var rounds = 0
    /// A tick of so many fills what the kernel and the server hold for a socket within a few.
    private static let symbols = (0..<600).map { "C\($0)USDT" }

    static func two(_ body: (inout Laggards) async throws -> Void) async throws {
        try await SocketStand.serving { stand in
            var laggards = Laggards(stand: stand)
            for symbol in symbols { try stand.say(symbol, "100") }
            for _ in 0..<2 {
                var peer = try await stand.member()
                laggards.channels.append(try await stand.accepted())
                peer.subscribe()
                _ = await peer.nextTickers(symbols.count)
                laggards.peers.append(peer)
            }
            try await body(&laggards)
        }
    }

    private init(stand: SocketStand) { self.stand = stand }

    /// Says one price and ticks.
    func say(_ symbol: String) async throws {
        try stand.say(symbol, "1")
        stand.hub.tick()
        try await channels[0].eventLoop.submit {}.get()
    }

    /// Ticks until the socket, which is not read any more, takes no more.
    mutating func stall(_ index: Int) async throws {
        try await peers[index].stopReading()
        while channels[index].isWritable, rounds < 1_000 {
            rounds += 1
            for symbol in Self.symbols { try stand.say(symbol, "100.\(rounds)1") }
            stand.hub.tick()
            try await channels[index].eventLoop.submit {}.get()
        }
        try #require(!channels[index].isWritable)
        stalled.insert(index)
        try await drain()
    }

    /// Both read what waits for them.
    mutating func resume() async throws {
        for index in peers.indices { try await peers[index].startReading() }
        stalled = []
        try await drain()
    }

    /// Whoever reads has nothing before them any more, so that their sockets take the next tick.
    private mutating func drain() async throws {
        for index in peers.indices where !stalled.contains(index) { try #require(await peers[index].drain()) }
    }

    func count(of ticker: String, at index: Int) -> Int { peers[index].tickers.count { $0 == ticker } }
}
