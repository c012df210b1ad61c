import Accounts
import Foundation
import Realtime
import StrictJSON
import TestKit
import Testing
import WebSockets

@Suite("What a tier may hear", .timeLimit(.minutes(2)))
struct TierTests {
    /// Tickers for those who pay.
    @Sendable private static func plan(_ tier: Tier) -> Entitlements {
        Entitlements(
            channels: tier == .free ? [] : [.tickers],
            signalDelaySeconds: 0,
            aiRequestsPerDay: 0,
            sockets: tier == .free ? 1 : 2,
            requestAllowance: 1
        )
    }

    private func subscribed(_ stand: SocketStand, as user: UUID) async throws -> SocketPeer {
        var peer = try await stand.connect()
        peer.send(auth: try stand.token(of: user))
        _ = try #require(await peer.next("welcome"))
        peer.subscribe()
        _ = try #require(await peer.next("subscribed"))
        return peer
    }

    @Test("A channel that the tier has not is refused, and the socket stays open")
    func refused() async throws {
        try await SocketStand.serving(entitlements: Self.plan) { stand in
            var peer = try await stand.connect()
            peer.send(auth: try stand.token(of: try stand.users.add()))
            _ = try #require(await peer.next("welcome"))
            peer.subscribe()
            #expect(await peer.next("error")?["code"]?.text == "tier_required")
            peer.send(#"{"type":"ping","id":"a"}"#)
            #expect(await peer.next("pong") != nil)
        }
    }

    @Test("A tier that is taken away ends the subscription of a socket that is open; one that is given opens it")
    func downgrade() async throws {
        try await SocketStand.serving(entitlements: Self.plan) { stand in
            let user = try stand.users.add(tier: .pro)
            var peer = try await subscribed(stand, as: user)
            stand.users.grant(.free, to: user)
            stand.accounts.sessions.apply([StandingChange(.altered, userID: user)])
            let ended = try #require(await peer.next("unsubscribed"))
            #expect(ended["channels"]?.items == [.string("tickers")] && ended["reason"]?.text == "tier_required")
            peer.subscribe()
            #expect(await peer.next("error")?["code"]?.text == "tier_required")
            stand.users.grant(.vip, to: user)
            stand.accounts.sessions.apply([StandingChange(.altered, userID: user)])
            // While the owner is looked up the socket goes on as it was.
            var answer: String?
            repeat {
                // Time for one more message of the socket's budget.
                stand.clock.advance(milliseconds: 500)
                peer.subscribe()
                answer = try #require(await peer.next(["subscribed", "error"]))["type"]?.text
            } while answer != "subscribed"
        }
    }

    @Test("A tier that runs out does so for a socket that is open, too")
    func expiry() async throws {
        try await SocketStand.serving(entitlements: Self.plan) { stand in
            let end = stand.clock.date.addingTimeInterval(0.2)
            var peer = try await subscribed(stand, as: try stand.users.add(tier: .pro, until: end))
            stand.clock.advance(milliseconds: 200)
            #expect(await peer.next("unsubscribed")?["reason"]?.text == "tier_required")
        }
    }

    @Test("An account has as many sockets as its tier says")
    func sockets() async throws {
        try await SocketStand.serving(entitlements: Self.plan) { stand in
            for (tier, count) in [(Tier.free, 1), (.pro, 2)] {
                let user = try stand.users.add(tier: tier)
                var peers: [SocketPeer] = []
                for _ in 0..<count {
                    var peer = try await stand.connect()
                    peer.send(auth: try stand.token(of: user))
                    _ = try #require(await peer.next("welcome"))
                    peers.append(peer)
                }
                var late = try await stand.connect()
                late.send(auth: try stand.token(of: user))
                #expect(await late.closure()?.code == 4429)
                withExtendedLifetime(peers) {}
            }
        }
    }
}
