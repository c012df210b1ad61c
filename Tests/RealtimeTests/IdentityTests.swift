import APIContract
import Accounts
import Foundation
import Realtime
import StrictJSON
import Synchronization
import TestKit
import Testing
import WebSockets

@Suite("Who is at a socket", .timeLimit(.minutes(2)))
struct IdentityTests {
    @Test("Before a token nothing but a ping is answered; with one the socket is welcomed")
    func signingIn() async throws {
        try await SocketStand.serving { stand in
            var peer = try await stand.connect()
            peer.send(#"{"type":"ping","id":"a"}"#)
            #expect(await peer.next("pong")?["id"]?.text == "a")
            peer.subscribe()
            #expect(await peer.next("error")?["code"]?.text == "authentication_required")
            peer.send(auth: try stand.token(of: try stand.users.add()))
            #expect(await peer.next("welcome")?["heartbeatSeconds"] == .number("30"))
        }
    }

    @Test("A token that is wrong, of nobody or of somebody blocked closes the socket, and so does an expired one")
    func refusals() async throws {
        try await SocketStand.serving { stand in
            let expired = try stand.token(of: try stand.users.add())
            stand.clock.advance(milliseconds: 900_000)
            let cases: [(String, UInt16)] = [
                ("nonsense", 4401), ("", 4401), (expired, 4401), (try stand.token(of: UUID()), 4401),
                (try stand.token(of: try stand.users.add(isBlocked: true)), 4403),
            ]
            for (token, code) in cases {
                var peer = try await stand.connect()
                peer.send(auth: token)
                #expect(await peer.closure()?.code == code)
            }
        }
    }

    @Test("While accounts cannot be looked up, a socket is told to come back, not that its token is refused")
    func nobodyToAsk() async throws {
        try await SocketStand.serving { stand in
            let token = try stand.token(of: try stand.users.add())
            stand.users.goAway()
            var peer = try await stand.connect()
            peer.send(auth: token)
            let closure = try #require(await peer.closure())
            #expect(closure.code == 1012)
            #expect(closure.reason.hasPrefix("retry in "))
        }
    }

    @Test("Whoever is blocked while a socket of theirs is looked up does not get in")
    func blockedMeanwhile() async throws {
        try await SocketStand.serving { stand in
            let user = try stand.users.add()
            stand.users.hold()
            var peer = try await stand.connect()
            peer.send(auth: try stand.token(of: user))
            await stand.users.someoneIsHeld()
            try stand.users.add(user, isBlocked: true)
            stand.accounts.sessions.hear([StandingChange(.blocked, userID: user)])
            // The server has heard of it once it answers this, and what it was told of the account is older.
            peer.send(#"{"type":"ping"}"#)
            _ = try #require(await peer.next("pong"))
            stand.users.release()
            #expect(await peer.closure()?.code == 4403)
        }
    }

    @Test("A socket that is looked up while somebody else is blocked is not looked up again")
    func strangerBlockedMeanwhile() async throws {
        try await SocketStand.serving { stand in
            stand.users.hold()
            var peer = try await stand.connect()
            peer.send(auth: try stand.token(of: try stand.users.add()))
            await stand.users.someoneIsHeld()
            stand.accounts.sessions.hear([StandingChange(.blocked, userID: UUID())])
            // The server has heard of it once it answers this.
            peer.send(#"{"type":"ping"}"#)
            _ = try #require(await peer.next("pong"))
            stand.users.passHeld()
            // A second lookup would be held for ever.
            #expect(await peer.next("welcome") != nil)
        }
    }

    @Test("A socket dies with its token")
    func expiry() async throws {
        try await SocketStand.serving { stand in
            let token = try stand.token(of: try stand.users.add())
            stand.clock.advance(milliseconds: 899_900)
            var peer = try await stand.connect()
            peer.send(auth: token)
            _ = try #require(await peer.next("welcome"))
            #expect(await peer.closure() == WebSocketClosure(code: 4401, reason: "token expired", origin: .peer))
        }
    }

    @Test("A further token renews the socket in place: from then on its own end counts")
    func renewal() async throws {
        try await SocketStand.serving { stand in
            let user = try stand.users.add()
            let short = try stand.token(of: user)
            stand.clock.advance(milliseconds: 800_000)
            let long = try stand.token(of: user)
            stand.clock.advance(milliseconds: 99_100)
            // The short one has 900 ms to go, the long one far longer than this test may take.
            var shortened = try await stand.connect()
            shortened.send(auth: long)
            shortened.send(auth: short)
            var lengthened = try await stand.connect()
            lengthened.send(auth: short)
            lengthened.send(auth: long)
            #expect(await shortened.closure()?.reason == "token expired")
            var later = try await stand.connect()
            later.send(auth: short)
            #expect(await later.closure()?.reason == "token expired")
            lengthened.send(#"{"type":"ping"}"#)
            #expect(await lengthened.next("pong") != nil)
        }
    }

    @Test("Nobody else's token renews a socket")
    func strangersToken() async throws {
        try await SocketStand.serving { stand in
            var peer = try await stand.member()
            peer.send(auth: try stand.token(of: try stand.users.add()))
            #expect(await peer.closure()?.reason == "token refused")
        }
    }

    @Test("What follows a token while it is looked up waits for the answer, a second token too, and keeps its order")
    func order() async throws {
        try await SocketStand.serving { stand in
            try stand.say("BTCUSDT", "100")
            let user = try stand.users.add()
            stand.users.hold()
            var peer = try await stand.connect()
            peer.send(auth: try stand.token(of: user))
            peer.subscribe("BTCUSDT")
            peer.send(auth: try stand.token(of: user))
            peer.send(#"{"type":"unsubscribe","channels":["tickers"]}"#)
            peer.send(#"{"type":"ping","id":1}"#)
            // Pings wait for nobody, so all of it has arrived by now.
            _ = try #require(await peer.next("pong"))
            stand.users.release()
            _ = try #require(await peer.next("welcome"))
            _ = try #require(await peer.next("subscribed"))
            #expect(await peer.nextTickers(1) == ["BTCUSDT 100"])
            _ = try #require(await peer.next("unsubscribed"))
        }
    }

    @Test(
        "A second token of somebody else, sent while the first is looked up, closes the socket after the first's welcome"
    )
    func secondToken() async throws {
        try await SocketStand.serving { stand in
            stand.users.hold()
            var peer = try await stand.connect()
            peer.send(auth: try stand.token(of: try stand.users.add()))
            peer.send(auth: try stand.token(of: try stand.users.add()))
            peer.send(#"{"type":"ping"}"#)
            _ = try #require(await peer.next("pong"))
            stand.users.release()
            _ = try #require(await peer.next("welcome"))
            #expect(await peer.closure()?.reason == "token refused")
        }
    }

    @Test("What waits for a token has a bound")
    func waiting() async throws {
        try await SocketStand.serving { stand in
            stand.users.hold()
            var peer = try await stand.connect()
            peer.send(auth: try stand.token(of: try stand.users.add()))
            for _ in 0...RealtimeConnection.maximumWaiting { peer.subscribe() }
            #expect(await peer.closure()?.code == 4429)
            stand.users.release()
        }
    }

    @Test("One account holds twenty sockets; one that leaves makes room")
    func socketsPerUser() async throws {
        try await SocketStand.serving { stand in
            let user = try stand.users.add()
            var peers: [SocketPeer] = []
            for _ in 0..<Entitlements.of(.free).sockets {
                var peer = try await stand.connect()
                peer.send(auth: try stand.token(of: user))
                _ = try #require(await peer.next("welcome"))
                peers.append(peer)
            }
            var late = try await stand.connect()
            late.send(auth: try stand.token(of: user))
            #expect(await late.closure()?.code == 4429)
            peers[0].hangUp()
            _ = await peers[0].closure()
            // There is room once the server has noticed.
            var isWelcome = false
            while !isWelcome {
                var next = try await stand.connect()
                next.send(auth: try stand.token(of: user))
                isWelcome = await next.next("welcome") != nil
            }
        }
    }

    @Test("A ticket signs a socket in once")
    func ticket() async throws {
        let credentials = Credentials()
        try await SocketStand.serving(credential: { credentials.next() }) { stand in
            let token = try stand.token(of: try stand.users.add())
            let ticket = stand.hub.issueTicket(for: token)
            credentials.give(.ticket(ticket), times: 2)
            var first = try await stand.connect()
            _ = try #require(await first.next("welcome"))
            var second = try await stand.connect()
            #expect(await second.closure()?.reason == "ticket refused")
            credentials.give(.token(token), times: 1)
            var third = try await stand.connect()
            _ = try #require(await third.next("welcome"))
        }
    }
}

/// What the next sockets bring.
private final class Credentials: Sendable {
    private let waiting = Mutex<[SocketCredential]>([])

    func give(_ credential: SocketCredential, times: Int) {
        waiting.withLock { $0 += Array(repeating: credential, count: times) }
    }

    func next() -> SocketCredential {
        waiting.withLock { $0.isEmpty ? .awaited : $0.removeFirst() }
    }
}
