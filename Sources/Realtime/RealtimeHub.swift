import APIContract
package import Accounts
import Foundation
package import Logging
package import MarketFeed
package import Markets
import NIOCore
import ServiceLifecycle
import Synchronization
package import WebSockets

/// Where all sockets meet: knows their loops, and has each send what changed, with one hop per event loop.
package final class RealtimeHub: Service {
    /// How often changed tickers go out; the contract's "at most one per symbol each 100 ms".
    package static let tickMilliseconds = 100
    static let authenticationDeadline = TimeAmount.seconds(5)
    /// Sockets told to come back after a restart do so within this time.
    private static let restartSpreadMilliseconds = 5_000

    let board: MarketBoard
    let streams: ChannelStreams
    let now: @Sendable () -> MarketTime
    let monotonicMilliseconds: @Sendable () -> Int64
    /// What one socket may cost; the payload of all tickers is some 300 KB.
    package let socketLimits: WebSocketLimits
    private let tickets: SocketTickets
    private let accounts: AccountService
    /// What a tier may do here.
    let entitlements: @Sendable (Tier) -> Entitlements
    /// Whether the market is made up or replayed, which every client is told at once, also before a venue is heard.
    private let isSimulated: Bool
    private let heartbeatSeconds: Int
    /// Told how long after the tick its changes were written to so many sockets, the last of them.
    private let written: @Sendable (_ seconds: Double, _ sockets: Int) -> Void
    private let logger: Logger
    /// The epoch that the sockets were welcomed with.
    private let epoch: Mutex<String>
    private let loops = Mutex<[ObjectIdentifier: LoopOfHub]>([:])
    private let socketsByUser = Mutex<[UUID: Int]>([:])
    private let openSockets = Atomic<Int>(0)

    package init(
        board: MarketBoard,
        streams: ChannelStreams,
        accounts: AccountService,
        isSimulated: Bool = false,
        entitlements: @escaping @Sendable (Tier) -> Entitlements = Entitlements.of,
        heartbeatSeconds: Int,
        now: @escaping @Sendable () -> MarketTime,
        monotonicMilliseconds: @escaping @Sendable () -> Int64,
        written: @escaping @Sendable (_ seconds: Double, _ sockets: Int) -> Void = { _, _ in },
        logger: Logger
    ) {
        self.board = board
        self.streams = streams
        epoch = Mutex(streams.epoch)
        self.accounts = accounts
        self.isSimulated = isSimulated
        self.entitlements = entitlements
        self.heartbeatSeconds = heartbeatSeconds
        self.now = now
        self.monotonicMilliseconds = monotonicMilliseconds
        self.written = written
        self.logger = logger
        tickets = SocketTickets(now: monotonicMilliseconds)
        socketLimits = WebSocketLimits(
            heartbeatInterval: .seconds(Int64(heartbeatSeconds)),
            maxPendingBytes: 1 << 20,
            slowReaderCode: CloseCode.tooSlow.rawValue
        )
        accounts.sessions.onChange { [weak self] in self?.apply($0) }
    }

    /// Sends changes at each tick until the group shuts down; the server that carries the sockets closes them.
    package func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                // From the end of the last: a late tick is not made up for, the next one carries everything that changed.
                try await Task.sleep(for: .milliseconds(Self.tickMilliseconds), clock: .continuous)
                self.tick()
            }
        }
    }

    /// One tick: every loop that has sockets sends them what changed since the last.
    ///
    /// A loop that is not done with the last tick is left out of this one, so that however slow it is, nothing piles up
    /// before it: its sockets get the newest state with the next.
    package func tick() {
        restartAfterEpoch()
        guard openSockets.load(ordering: .relaxed) > 0 else { return }
        streams.advance()
        let begun = NIODeadline.now()
        // Also where nothing changed: a socket that was too slow for the last change may take it now.
        for loop in loops.withLock({ Array($0.values) }) where loop.takeTurn() {
            loop.eventLoop.execute { [written] in
                loop.sockets.value.deliver { sockets in
                    written(Double((NIODeadline.now() - begun).nanoseconds) / 1e9, sockets)
                }
                loop.endTurn()
            }
        }
    }

    /// Sends everybody away once numbers begin anew: they come back, say what they had, and hear that it does not hold.
    private func restartAfterEpoch() {
        let current = streams.epoch
        let isNew = epoch.withLock { epoch in
            defer { epoch = current }
            return epoch != current
        }
        guard isNew else { return }
        for loop in loops.withLock({ Array($0.values) }) { loop.eventLoop.execute { loop.sockets.value.restart() } }
    }

    /// Closes the sockets of whoever may no longer have one, without waiting for them to speak.
    private func apply(_ changes: [StandingChange]) {
        let byUser = Dictionary(grouping: changes, by: \.userID)
        for loop in loops.withLock({ Array($0.values) }) {
            loop.eventLoop.execute { loop.sockets.value.apply(byUser) }
        }
    }

    /// The reason of close code 1012: a moment of its own for each socket, so that they do not all come back at once.
    package static func restartReason() -> String {
        "retry in \(Int.random(in: 0...restartSpreadMilliseconds)) ms"
    }

    /// Sockets open now.
    package var socketCount: Int { openSockets.load(ordering: .relaxed) }

    /// Seconds that a ticket is good for.
    package static let ticketSeconds = SocketTickets.lifetimeSeconds

    /// A ticket for one socket of the token's owner; the token is checked again when the ticket is used.
    package func issueTicket(for token: String) -> String { tickets.issue(for: token) }

    // MARK: For the sockets

    /// The token of a ticket, once.
    func redeem(_ ticket: String) -> String? { tickets.redeem(ticket) }

    /// The loop's own registry; called on that loop.
    func loop(of eventLoop: any EventLoop) -> RealtimeLoop {
        loops.withLock { loops in
            let key = ObjectIdentifier(eventLoop)
            if let known = loops[key] { return known.sockets.value }
            let loop = RealtimeLoop(board: board, monotonicMilliseconds: monotonicMilliseconds)
            loops[key] = LoopOfHub(eventLoop, NIOLoopBound(loop, eventLoop: eventLoop))
            return loop
        }
    }

    func welcome(connectionID: String) -> WelcomeMessage {
        WelcomeMessage(
            epoch: streams.epoch,
            connectionId: connectionID,
            heartbeatSeconds: heartbeatSeconds,
            state: isSimulated ? "simulated" : "live"
        )
    }

    /// Looks the token's owner up: at once where the account is remembered, else off the event loop.
    func authenticate(_ token: String, answer: @escaping @Sendable (Result<Caller, any Error>) -> Void) {
        do throws(AccountError) {
            if let caller = try accounts.authenticateWithoutWaiting(token) { return answer(.success(caller)) }
        } catch {
            return answer(.failure(error))
        }
        Task { [accounts] in
            do { answer(.success(try await accounts.authenticate(token))) } catch { answer(.failure(error)) }
        }
    }

    func connected() { openSockets.wrappingAdd(1, ordering: .relaxed) }
    func disconnected() { openSockets.wrappingSubtract(1, ordering: .relaxed) }

    /// Counts one more socket of the account, or says that it has enough.
    func joined(_ caller: Caller) -> Bool {
        let limit = entitlements(caller.tier).sockets
        return socketsByUser.withLock { sockets in
            guard sockets[caller.userID, default: 0] < limit else { return false }
            sockets[caller.userID, default: 0] += 1
            return true
        }
    }

    func left(_ user: UUID) {
        socketsByUser.withLock { sockets in
            sockets[user, default: 1] -= 1
            if sockets[user] == 0 { sockets[user] = nil }
        }
    }
}
