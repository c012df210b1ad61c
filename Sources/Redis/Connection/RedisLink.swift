import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A connection that is made anew whenever it breaks, after a pause that grows.
///
/// While there is none, commands fail at once: who asks has another way, or tells its caller to come back.
final class RedisLink: Sendable {
    /// What a link is for, besides commands.
    struct Listening: Sendable {
        let channels: [String]
        /// Over the server that the channels' slot belongs to.
        let isSharded: Bool
        let heard: @Sendable (RedisMessage) -> Void
    }

    enum Event: Sendable {
        case ready
        /// The connection, or an attempt to make one.
        case lost(RedisError, address: RedisAddress)
    }

    private enum Standing {
        case idle
        case connecting(EventLoopFuture<NIOLoopBound<RedisHandler>>)
        case ready(NIOLoopBound<RedisHandler>, any Channel)
        case waiting(RedisError)
        case closed
    }

    private struct State {
        var standing = Standing.idle
        var failures = 0
    }

    private let loop: any EventLoop
    private let configuration: RedisConfiguration
    private let security: RedisSecurity
    private let listening: Listening?
    private let address: @Sendable () -> RedisAddress
    private let noticed: @Sendable (Event) -> Void
    private let state = Mutex(State())

    /// - Parameters:
    ///   - loop: where the connection lives.
    ///   - configuration: bounds and limits of time.
    ///   - security: how it is made secret, and who we are.
    ///   - listening: what it hears; nil: it is for commands.
    ///   - address: asked at each attempt.
    ///   - noticed: told of each connection made and lost.
    init(
        on loop: any EventLoop,
        _ configuration: RedisConfiguration,
        _ security: RedisSecurity,
        listening: Listening? = nil,
        address: @escaping @Sendable () -> RedisAddress,
        noticed: @escaping @Sendable (Event) -> Void
    ) {
        self.loop = loop
        self.configuration = configuration
        self.security = security
        self.listening = listening
        self.address = address
        self.noticed = noticed
    }

    var isReady: Bool {
        state.withLock { if case .ready = $0.standing { true } else { false } }
    }

    /// Begins, if it has not yet.
    func start() {
        attempt { if case .idle = $0 { true } else { false } }
    }

    /// For good.
    func close() {
        let channel: (any Channel)? = state.withLock { state in
            defer { state.standing = .closed }
            if case .ready(_, let channel) = state.standing { return channel }
            return nil
        }
        channel?.close(promise: nil)
    }

    // MARK: Commands

    /// Sends commands, one right behind the other, and gives the answer to the last.
    func send(_ commands: [RedisCommand]) async throws(RedisError) -> RedisValue {
        let answer = loop.makePromise(of: RedisValue.self)
        submit(commands, answer)
        do {
            return try await answer.futureResult.get()
        } catch {
            throw error as? RedisError ?? .connectionLost(reason: ConnectFailure.words(error))
        }
    }

    private func submit(_ commands: [RedisCommand], _ answer: EventLoopPromise<RedisValue>) {
        let standing = state.withLock { $0.standing }
        let send: @Sendable (NIOLoopBound<RedisHandler>) -> Void = { [loop] handler in
            for command in commands.dropLast() { handler.value.send(command, loop.makePromise()) }
            if let last = commands.last { handler.value.send(last, answer) }
        }
        switch standing {
        case .ready(let handler, _): loop.execute { send(handler) }
        // For no longer than the attempt takes.
        case .connecting(let attempt):
            attempt.whenComplete { result in
                switch result {
                case .success(let handler): send(handler)
                case .failure(let error): answer.fail(error)
                }
            }
        case .waiting(let error): answer.fail(RedisError.unavailable(reason: error.description))
        case .idle: answer.fail(RedisError.unavailable(reason: "it has not begun"))
        case .closed: answer.fail(RedisError.closed)
        }
    }

    // MARK: Connecting

    private func attempt(if isCurrent: (Standing) -> Bool) {
        let attempt = loop.makePromise(of: NIOLoopBound<RedisHandler>.self)
        let mayBegin = state.withLock { state in
            guard isCurrent(state.standing) else { return false }
            state.standing = .connecting(attempt.futureResult)
            return true
        }
        guard mayBegin else { return attempt.fail(RedisError.closed) }
        loop.execute { self.connect(to: self.address(), attempt) }
    }

    private func connect(to address: RedisAddress, _ attempt: EventLoopPromise<NIOLoopBound<RedisHandler>>) {
        let handler = NIOLoopBound(
            RedisHandler(configuration, heard: listening?.heard) { [weak self] in self?.lost($0, address) },
            eventLoop: loop
        )
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(configuration.connectTimeout)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { [security] channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls = try security.handler(for: address) {
                        try channel.pipeline.syncOperations.addHandler(tls)
                    }
                    try channel.pipeline.syncOperations.addHandler(handler.value)
                }
            }
        bootstrap.connect(host: address.host, port: address.port).whenComplete { [self] result in
            switch result {
            case .failure(let error):
                failed(.unavailable(reason: ConnectFailure.words(error)), address, attempt)
            case .success(let channel):
                greet(handler, channel).whenComplete { [self] result in
                    switch result {
                    case .success: ready(handler, channel, attempt)
                    case .failure(let error):
                        channel.close(promise: nil)
                        failed(Self.meaning(of: error), address, attempt)
                    }
                }
            }
        }
    }

    /// Says who we are and what we want to hear; done when the server has agreed to all of it.
    private func greet(_ handler: NIOLoopBound<RedisHandler>, _ channel: any Channel) -> EventLoopFuture<Void> {
        let verb = listening?.isSharded == true ? "SSUBSCRIBE" : "SUBSCRIBE"
        var commands = security.greeting + (listening?.channels ?? []).map { RedisCommand(verb, [$0]) }
        // Shows that it answers at all, and has read its data.
        if listening == nil { commands.append(RedisCommand("PING", route: .anywhere)) }
        let answers = commands.map { command in
            let promise = loop.makePromise(of: RedisValue.self)
            handler.value.send(command, promise)
            return promise.futureResult.map { _ in }
        }
        return EventLoopFuture.andAllSucceed(answers, on: loop)
    }

    private static func meaning(of error: any Error) -> RedisError {
        guard let error = error as? RedisError else { return .unavailable(reason: ConnectFailure.words(error)) }
        guard case .server(let failure) = error,
            ["NOAUTH", "WRONGPASS", "NOPERM", "DENIED"].contains(failure.code)
        else { return error }
        return .notAuthenticated(code: failure.code)
    }

    private func ready(
        _ handler: NIOLoopBound<RedisHandler>,
        _ channel: any Channel,
        _ attempt: EventLoopPromise<NIOLoopBound<RedisHandler>>
    ) {
        let isWanted = state.withLock { state in
            guard case .connecting = state.standing, channel.isActive else { return false }
            state.standing = .ready(handler, channel)
            state.failures = 0
            return true
        }
        guard isWanted else {
            channel.close(promise: nil)
            return failed(.connectionLost(reason: "it closed"), address(), attempt)
        }
        noticed(.ready)
        attempt.succeed(handler)
    }

    // MARK: Losing

    private func failed(
        _ error: RedisError,
        _ address: RedisAddress,
        _ attempt: EventLoopPromise<NIOLoopBound<RedisHandler>>
    ) {
        retry(error, address) { if case .connecting = $0 { true } else { false } }
        attempt.fail(error)
    }

    private func lost(_ error: RedisError, _ address: RedisAddress) {
        // One that breaks while it is being made has an attempt that fails.
        retry(error, address) { if case .ready = $0 { true } else { false } }
    }

    private func retry(_ error: RedisError, _ address: RedisAddress, if isCurrent: (Standing) -> Bool) {
        let failures: Int? = state.withLock { state in
            guard isCurrent(state.standing) else { return nil }
            state.standing = .waiting(error)
            defer { state.failures += 1 }
            return state.failures
        }
        guard let failures else { return }
        noticed(.lost(error, address: address))
        loop.scheduleTask(in: pause(after: failures)) { [weak self] in
            self?.attempt { if case .waiting = $0 { true } else { false } }
        }
    }

    /// Never quite the same, so that many who failed together do not return together.
    private func pause(after failures: Int) -> TimeAmount {
        let (first, longest) = (configuration.firstPause.nanoseconds, configuration.longestPause.nanoseconds)
        let nominal = failures < 20 ? min(first << Int64(failures), longest) : longest
        return .nanoseconds(Int64(Double(nominal) * .random(in: 0.5...1)))
    }
}
