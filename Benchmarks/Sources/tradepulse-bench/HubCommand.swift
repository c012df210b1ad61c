import Accounts
import ArgumentParser
import Foundation
import HTTPServing
import Hummingbird
import Logging
import MarketFeed
import Markets
import NIOCore
import Realtime
import Synchronization
import TestKit

/// The hub with its sockets as `serve` runs it, before a market whose speed the load chooses.
///
/// What `serve` adds to a handshake (limits to requests, origins, the database) is left out; what a message meets is
/// all there: tiers, filters, sequences, budgets and bounded outboxes. Ticks are ten milliseconds instead of a hundred,
/// as those of the peers it is measured beside.
struct HubCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hub",
        abstract: "Serve tickers to sockets from a market at the rate that GET /rate?m= was given, every 10 ms."
    )

    @Option(help: "The port to listen at.")
    var port = 9110

    @Flag(help: "Print the access token that opens every socket, and end.")
    var printToken = false

    func run() async throws {
        // Tokens are of one moment, at which the clock of the accounts and sockets stands still.
        let clock = ManualClock()
        let users = MemoryUsers()
        let user = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1))
        guard let tokens = AccessTokens(secret: Secret(String(repeating: "k", count: 32))) else {
            throw ValidationError("32 bytes are enough for a secret")
        }
        let token = try tokens.issue(for: SessionKey(userID: user, sessionID: user), at: clock.date, id: user)
        if printToken { return print(token.text) }
        try users.add(user, tier: .vip)
        try await serve(AccountService(users: users, tokens: tokens, clock: clock), clock)
    }

    private func serve(_ accounts: AccountService, _ clock: ManualClock) async throws {
        let logger = Logger(label: "hub") { _ in SwiftLogNoOpLogHandler() }
        let rate = Rate()
        let board = MarketBoard(now: Self.microseconds)
        let hub = RealtimeHub(
            board: board,
            streams: ChannelStreams { clock.milliseconds },
            accounts: accounts,
            entitlements: { Self.boundless($0) },
            heartbeatSeconds: 30,
            now: { MarketTime(milliseconds: clock.milliseconds) },
            monotonicMilliseconds: { MarketTime.wallClock().milliseconds },
            logger: logger
        )
        let router = Router()
        router.get("small") { _, _ in "{}" }
        router.get("rate") { request, _ in
            rate.messagesPerSecond.store(
                request.uri.queryParameters["m"].flatMap { Int($0) } ?? 0,
                ordering: .relaxed
            )
            return "{}"
        }
        let application = Application(
            router: router,
            server: .limited(webSocket: Self.endpoint(hub)),
            configuration: ApplicationConfiguration(
                address: .hostname("127.0.0.1", port: port),
                serverName: nil,
                backlog: 4_096
            ),
            logger: logger
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.runService() }
            group.addTask { try await Self.speak(to: hub, board, rate) }
            try await group.next()
            group.cancelAll()
        }
    }

    /// One account has all the sockets.
    private static func boundless(_ tier: Tier) -> Entitlements {
        let usual = Entitlements.of(tier)
        return Entitlements(
            channels: usual.channels,
            signalDelaySeconds: usual.signalDelaySeconds,
            aiRequestsPerDay: usual.aiRequestsPerDay,
            sockets: .max,
            requestAllowance: usual.requestAllowance
        )
    }

    private static func endpoint(_ hub: RealtimeHub) -> WebSocketEndpoint {
        WebSocketEndpoint(restartReason: RealtimeHub.restartReason) { request, _ in
            let bearer = request.headerFields[.authorization]?.dropFirst("Bearer ".count)
            let credential = bearer.map { SocketCredential.token(String($0)) } ?? .awaited
            return .accept(limits: hub.socketLimits) { channel in
                try channel.pipeline.syncOperations.addHandler(RealtimeConnection(hub: hub, credential: credential))
            }
        }
    }

    // MARK: The market

    /// What the load asked for.
    private final class Rate: Sendable {
        let messagesPerSecond = Atomic(0)
    }

    /// The time of this market counts in microseconds, as that of the peers: ages are told finer so.
    @Sendable private static func microseconds() -> MarketTime {
        MarketTime(milliseconds: Int64(Date().timeIntervalSince1970 * 1e6))
    }

    private static let tickMilliseconds: Int64 = 10
    private static let symbols = 200

    /// Says what is due and ticks; a tick that came late says all that became due, each with the time it was due at.
    private static func speak(
        to hub: RealtimeHub,
        _ board: MarketBoard,
        _ rate: Rate
    ) async throws {
        let clock = ContinuousClock()
        let begun = (clock: clock.now, wall: microseconds().milliseconds)
        var spoken: Int64 = 0
        var turn = 0
        while true {
            try await clock.sleep(until: begun.clock + .milliseconds((spoken + 1) * tickMilliseconds))
            let due = Int64((clock.now - begun.clock) / .milliseconds(tickMilliseconds))
            let perTick = rate.messagesPerSecond.load(ordering: .relaxed) / Int(1_000 / tickMilliseconds)
            // Two seconds behind: go on from now.
            spoken = max(spoken, due - 200)
            while spoken < due {
                spoken += 1
                let time = MarketTime(milliseconds: begun.wall + spoken * tickMilliseconds * 1_000)
                board.ingest(try (0..<perTick).map { try event(turn + $0, at: time) })
                turn += perTick
            }
            hub.tick()
        }
    }

    private static func event(_ number: Int, at time: MarketTime) throws -> MarketEvent {
        guard let symbol = Symbol("COIN\(number % symbols)USDT"), let last = Price("64250.\(1_000 + number % 9_000)"),
            let high = Price("65100.25"), let low = Price("63020.5"), let volume = Quantity("18250.75321"),
            let money = Money("1172610894.13")
        else { throw BenchError.nothingArrived }
        let ticker = Ticker(
            symbol: symbol,
            last: last,
            open24h: low,
            high24h: high,
            low24h: low,
            baseVolume: volume,
            quoteVolume: money
        )
        return MarketEvent(venue: .binance, exchangeTime: time, receivedTime: time, payload: .ticker(ticker))
    }
}
