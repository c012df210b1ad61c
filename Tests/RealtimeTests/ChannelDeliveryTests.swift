import APIContract
import Accounts
import Channels
import Foundation
import NIOCore
import Postgres
import Realtime
import Storage
import StrictJSON
import TestKit
import Testing
import WebSockets

@Suite("Channels with numbers over sockets", .timeLimit(.minutes(5)))
struct ChannelDeliveryTests {
    @Test(
        "Two tiers side by side: one hears a signal at once, the other when its delay is over, and each what it may see"
    )
    func tiers() async throws {
        try await ChannelStand.run { house in
            try await house.serving { stand in
                var vip = try await stand.member(house.add(.vip))
                var free = try await stand.member(house.add(.free))
                #expect(try await vip.listen(["signals"])["signals"]?["delaySeconds"] == nil)
                #expect(try await free.listen(["signals"])["signals"]?["delaySeconds"]?.number == "900")
                try await house.publish(#"{"id":"a","entryPrice":"1.10"}"#)
                let lock = ChannelDraft.Lock(minTier: .pro, payload: #"{"id":"b","locked":true,"minTier":"pro"}"#)
                try await house.publish(#"{"id":"b","entryPrice":"2.20"}"#, lock: lock)
                let first = try #require(await vip.next("signal"))
                #expect(first["entryPrice"]?.text == "1.10" && first["delaySeconds"] == nil)
                #expect(await vip.next("signal")?["entryPrice"]?.text == "2.20")
                // Both sockets are served in one turn: had the delayed one been given anything, it would come before this.
                house.clock.advance(milliseconds: 899_999)
                try await house.publish(#"{"id":"c"}"#)
                #expect(await vip.numbers("signal", 1) == [3])
                free.send(#"{"type":"ping"}"#)
                #expect(await free.next(["pong", "signal"])?["type"]?.text == "pong")
                house.clock.advance(milliseconds: 1)
                let late = try #require(await free.next("signal"))
                #expect(late["sequence"]?.number == "1" && late["delaySeconds"]?.number == "900")
                let locked = try #require(await free.next("signal"))
                #expect(locked["sequence"]?.number == "2" && locked["locked"] == .boolean(true))
                #expect(locked["entryPrice"] == nil)
                house.clock.advance(milliseconds: 899_999)
                #expect(await free.numbers("signal", 1) == [3])
            }
        }
    }

    @Test("Connections that are cut and a server that restarts cost nobody a signal, nor give one twice")
    func resuming() async throws {
        try await ChannelStand.run { house in
            let user = try await house.add(.vip)
            let publishing = Task { try await house.publish(300) }
            var heard: [Int64] = []
            var epochs: Set<String> = []
            func listen(_ stand: SocketStand, for count: Int) async throws {
                var peer = try await stand.connect()
                peer.send(auth: try stand.token(of: user))
                let epoch = try #require(await peer.next("welcome")?["epoch"]?.text)
                epochs.insert(epoch)
                // The first time nothing was had, and from number 0 on all of it is wanted.
                let answer = try await peer.listen(["signals"], had: epoch, ["signals": heard.last ?? 0])
                #expect(answer["signals"]?.start == "\(heard.last ?? 0) true")
                heard += await peer.numbers("signal", count)
                peer.hangUp()
            }
            for _ in 0..<3 {
                try await house.serving { stand in for _ in 0..<5 { try await listen(stand, for: 20) } }
            }
            try await publishing.value
            #expect(heard == Array(1...300))
            #expect(epochs.count == 1)
        }
    }

    @Test("Signals that were missed come before the prices, which a slow line takes its time for")
    func missedFirst() async throws {
        try await ChannelStand.run { house in
            let user = try await house.add(.vip)
            try await house.serving { stand in
                for number in 0..<50 { try stand.say("C\(number)USDT", "100") }
                var witness = try await stand.member(house.add(.vip))
                _ = try await witness.listen(["signals"])
                try await house.publish(3)
                // By then the server has read them.
                #expect(await witness.numbers("signal", 3) == [1, 2, 3])
                var peer = try await stand.connect()
                peer.send(auth: try stand.token(of: user))
                let epoch = try #require(await peer.next("welcome")?["epoch"]?.text)
                _ = try await peer.listen(["tickers", "signals"], had: epoch, ["signals": 0])
                #expect(await peer.numbers("signal", 3) == [1, 2, 3])
                #expect(peer.tickers.isEmpty)
                #expect(await peer.nextTickers(50).count == 50)
            }
        }
    }

    @Test("Many publishers at once: every socket hears every number once, in order")
    func publishers() async throws {
        try await ChannelStand.run { house in
            try await house.serving { stand in
                var peers: [SocketPeer] = []
                for _ in 0..<12 {
                    var peer = try await stand.member(house.add(.pro))
                    _ = try await peer.listen(["pumps", "signals", "notifications"])
                    peers.append(peer)
                }
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<5 { group.addTask { try await house.publish(40, to: .pumps) } }
                    try await group.waitForAll()
                }
                for index in peers.indices { #expect(await peers[index].numbers("pump", 200) == Array(1...200)) }
            }
        }
    }

    @Test("Who comes without a position starts at the end and is told that nothing was recovered")
    func fresh() async throws {
        try await ChannelStand.run { house in
            try await house.publish(3)
            try await house.serving { stand in
                var peer = try await stand.member(house.add(.vip))
                let answer = try await peer.listen(["tickers", "signals", "pumps", "notifications"])
                #expect(answer["tickers"]?.start == "0 true")
                #expect(answer["signals"]?.start == "3 false")
                #expect(answer["pumps"]?.start == "0 false")
                #expect(answer["notifications"]?.start == "0 false")
                try await house.publish(1)
                #expect(await peer.numbers("signal", 1) == [4])
            }
        }
    }

    @Test("What is not kept any more is not said to be recovered")
    func forgotten() async throws {
        try await ChannelStand.run { house in
            let user = try await house.add(.vip)
            try await house.publish(9)
            try await house.pool.execute("DELETE FROM channel_messages WHERE sequence <= 5")
            try await house.serving { stand in
                for (position, start) in [(4, "9 false"), (5, "5 true"), (9, "9 true"), (10, "9 false")] {
                    var peer = try await stand.member(user)
                    let answer = try await peer.listen(
                        ["signals"],
                        had: stand.streams.epoch,
                        ["signals": Int64(position)]
                    )
                    #expect(answer["signals"]?.start == start)
                    if start == "5 true" { #expect(await peer.numbers("signal", 4) == [6, 7, 8, 9]) }
                }
                var stranger = try await stand.member(user)
                #expect(
                    try await stranger.listen(["signals"], had: "another", ["signals": 9])["signals"]?.start
                        == "9 false"
                )
            }
        }
    }

    @Test(
        "Whoever heard from another process what is not known here yet goes on from there",
        arguments: ["signals", "notifications"]
    )
    func aheadOfTheProcess(name: String) async throws {
        try await ChannelStand.run { house in
            let user = try await house.add(.vip)
            let channel = name == "signals" ? ChannelKey.signals : .notifications(of: user)
            try await house.publish(1, to: channel)
            try await house.serving { stand in
                var peer = try await stand.member(user)
                // Far more often than this process looks.
                for _ in 0..<20 {
                    let number = try await house.publish(#"{"n":0}"#, to: channel)
                    let answer = try await peer.listen([name], had: stand.streams.epoch, [name: number])
                    #expect(answer[name]?.start == "\(number) true")
                }
            }
        }
    }

    @Test("Where numbers begin anew every socket is sent away, and what it had before does not count")
    func newEpoch() async throws {
        try await ChannelStand.run { house in
            let user = try await house.add(.vip)
            try await house.publish(5)
            try await house.serving { stand in
                var peer = try await stand.member(user)
                let before = stand.streams.epoch
                _ = try await peer.listen(["signals"], had: before, ["signals": 5])
                try await house.pool.execute("DELETE FROM channels WHERE name = 'signals'")
                let closure = await peer.closure()
                #expect(closure?.code == 1012)
                #expect(closure?.reason.wholeMatch(of: /retry in \d+ ms/) != nil)
                try await house.publish(7)
                // The counter that the message made is another one again.
                var answer: String?
                repeat {
                    var next = try await stand.connect()
                    // An account has so many sockets and no more.
                    defer { next.hangUp() }
                    next.send(auth: try stand.token(of: user))
                    guard await next.next("welcome") != nil else { continue }
                    // It may be sent away once more before it is answered.
                    let resume = #"{"epoch":"\#(before)","sequences":{"signals":5}}"#
                    next.send(#"{"type":"subscribe","channels":["signals"],"resume":\#(resume)}"#)
                    answer = await next.next("subscribed")?["channels"]?.items?.first?.start
                } while answer != "7 false"
            }
        }
    }

    @Test("Everybody hears their own notifications and nobody else's, those they missed too")
    func notifications() async throws {
        try await ChannelStand.run { house in
            let (jane, john) = (try await house.add(.free), try await house.add(.free))
            func tell(_ user: UUID, _ title: String) async throws {
                let notice = UserNotice(
                    userID: user,
                    kind: "new_device",
                    title: title,
                    message: "m \"m\"",
                    createdAt: house.clock.date
                )
                try await NoticeInbox.postgres(house.pool).add(notice, notice.draft)
            }
            try await tell(jane, "before")
            try await house.serving { stand in
                var first = try await stand.member(jane)
                var second = try await stand.member(jane)
                var other = try await stand.member(john)
                let epoch = stand.streams.epoch
                #expect(try await first.listen(["notifications"])["notifications"]?.start == "1 false")
                #expect(try await other.listen(["notifications"])["notifications"]?.start == "0 false")
                try await tell(jane, "now")
                try await tell(john, "his")
                let message = try #require(await first.next("notification"))
                #expect(message["sequence"]?.number == "2")
                #expect(message["title"]?.text == "now" && message["message"]?.text == #"m "m""#)
                #expect(message["notificationType"]?.text == "new_device")
                #expect(message["createdAt"]?.text == "2025-01-01T00:00:00.000Z")
                let his = try #require(await other.next("notification"))
                #expect(his["title"]?.text == "his" && his["sequence"]?.number == "1")
                // A second device, which has had nothing, goes further back than the first needed.
                let answer = try await second.listen(["notifications"], had: epoch, ["notifications": 0])
                #expect(answer["notifications"]?.start == "0 true")
                #expect(await second.numbers("notification", 2) == [1, 2])
                try await tell(jane, "both")
                #expect(await first.numbers("notification", 1) == [3])
                #expect(await second.numbers("notification", 1) == [3])
            }
        }
    }

    @Test("A tier that is taken away ends pumps at once, and from then on signals come with the lower tier's delay")
    func downgrade() async throws {
        try await ChannelStand.run { house in
            let user = try await house.add(.vip)
            try await house.serving { stand in
                var peer = try await stand.member(user)
                _ = try await peer.listen(["signals", "pumps"])
                try await house.publish(1)
                #expect(await peer.numbers("signal", 1) == [1])
                house.users.grant(.free, to: user)
                stand.accounts.sessions.apply([StandingChange(.altered, userID: user)])
                #expect(await peer.next("unsubscribed")?["channels"]?.items == [.string("pumps")])
                try await house.publish(1)
                house.clock.advance(milliseconds: 900_000)
                #expect(await peer.next("signal")?["delaySeconds"]?.number == "900")
                peer.send(#"{"type":"subscribe","channels":["pumps"]}"#)
                #expect(await peer.next("error")?["code"]?.text == "tier_required")
            }
        }
    }

    @Test("A reader that stops holds up nobody, owes little, is closed after ten seconds, and resumes where it was")
    func slowReader() async throws {
        try await ChannelStand.run { house in
            let (slow, quick) = (try await house.add(.vip), try await house.add(.vip))
            let text = String(repeating: "x", count: 20_000)
            try await house.serving { stand in
                var sleeper = try await stand.member(slow)
                let channel = try await stand.accepted()
                _ = try await sleeper.listen(["signals"])
                var reader = try await stand.member(quick)
                _ = try await reader.listen(["signals"])
                try await sleeper.stopReading()
                for _ in 0..<200 { try await house.publish(#"{"text":"\#(text)"}"#) }
                #expect(await reader.numbers("signal", 200) == Array(1...200))
                #expect(!channel.isWritable)
                // NIO calls a socket unwritable from 64 KB on; one page may come on top.
                #expect(try await channel.getOption(.bufferedWritableBytes).get() < 64 << 10 + 60_000)
                // A tick sees that it takes nothing, and one after ten seconds that it still does not; another message
                // says that a tick is over.
                for _ in 0..<2 {
                    try await house.publish(1)
                    _ = await reader.numbers("signal", 1)
                    house.clock.advance(milliseconds: 10_000)
                }
                try await house.publish(1)
                _ = await reader.numbers("signal", 1)
                try await sleeper.startReading()
                let heard = await sleeper.numbers("signal", 203)
                #expect(heard == Array(1...Int64(heard.count)) && heard.count < 200)
                #expect(sleeper.end == WebSocketClosure(code: 4408, reason: "reads too slowly", origin: .peer))
                var again = try await stand.member(slow)
                let last = Int64(heard.count)
                let answer = try await again.listen(["signals"], had: stand.streams.epoch, ["signals": last])
                #expect(answer["signals"]?.start == "\(last) true")
                #expect(await again.numbers("signal", 203 - heard.count) == Array(last + 1...203))
            }
        }
    }

    @Test("Subscriptions have a budget of their own")
    func budget() async throws {
        try await SocketStand.serving { stand in
            var peer = try await stand.member()
            for _ in 0..<31 { peer.subscribe() }
            #expect(
                await peer.closure() == WebSocketClosure(code: 4429, reason: "too many subscriptions", origin: .peer)
            )
        }
    }

    @Test("A log that cannot be read for a while costs nobody a message, those committed meanwhile among them")
    func outage() async throws {
        try await ChannelStand.run { house in
            let user = try await house.add(.vip)
            let hide: PostgresQuery = "ALTER TABLE channels RENAME TO hidden"
            let show: PostgresQuery = "ALTER TABLE hidden RENAME TO channels"
            try await house.serving { stand in
                var peer = try await stand.member(user)
                _ = try await peer.listen(["signals"])
                try await house.publish(1)
                #expect(await peer.numbers("signal", 1) == [1])
                try await house.pool.execute(hide)
                // The relay has noticed when it says so.
                peer.send(#"{"type":"subscribe","channels":["notifications"]}"#)
                #expect(await peer.next(["error", "subscribed"])?["code"]?.text == "unavailable")
                let draft = ChannelDraft(to: .signals, payload: #"{"n":2}"#, createdAt: house.clock.date)
                try await house.pool.withTransaction { connection in
                    try await connection.execute(show)
                    try await connection.append(draft)
                    try await connection.execute(hide)
                }
                try await house.pool.execute(show)
                #expect(await peer.numbers("signal", 1) == [2])
                try await house.publish(1)
                #expect(await peer.numbers("signal", 1) == [3])
            }
        }
    }

    @Test("While the log cannot be read, who asks for their notifications is told, and the rest goes on")
    func unreadable() async throws {
        try await ChannelStand.run { house in
            let user = try await house.add(.vip)
            try await house.serving { stand in
                try stand.say("BTCUSDT", "100")
                var peer = try await stand.member(user)
                await house.pool.close()
                peer.send(#"{"type":"subscribe","channels":["notifications"]}"#)
                #expect(await peer.next(["error", "subscribed"])?["code"]?.text == "unavailable")
                peer.subscribe()
                #expect(await peer.nextTickers(1) == ["BTCUSDT 100"])
            }
        }
    }
}
