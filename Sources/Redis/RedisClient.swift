package import Logging
package import NIOCore
import NIOPosix
import ServiceLifecycle
import Synchronization

/// Commands to one server, or to a cluster whose redirects are followed, over one pipelined connection to each.
///
/// Without a connection a command fails at once, and connections are tried again all the while.
package final class RedisClient: Service, Sendable {
    struct State {
        var links: [RedisAddress: RedisLink] = [:]
        var topology = RedisTopology()
        /// How often a server was looked for among those named, for taking turns.
        var turn = 0
        var subscriptions: [ObjectIdentifier: RedisLink] = [:]
        var isFailing = false
        var isClosed = false
        var losses = 0
    }

    let configuration: RedisConfiguration
    let security: RedisSecurity
    let group: any EventLoopGroup
    let logger: Logger
    let state = Mutex(State())
    /// Asks for a fresh look at who has which slots.
    private let doubts: AsyncStream<Void>
    private let doubt: AsyncStream<Void>.Continuation

    private static let maximumRedirects = 5
    private static let refreshPause: Duration = .milliseconds(100)

    /// - Parameters:
    ///   - configuration: where the servers are, and how long they are waited for.
    ///   - group: where the connections live.
    ///   - logger: hears once when Redis is lost, and when it is back.
    /// - Throws: what makes the certificates' file unusable.
    package init(
        _ configuration: RedisConfiguration,
        group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton,
        logger: Logger
    ) throws {
        self.configuration = configuration
        self.group = group
        self.logger = logger
        security = try RedisSecurity(configuration)
        (doubts, doubt) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Running

    /// Keeps the connections until the group shuts down; commands may be sent before.
    package func run() async throws {
        start()
        await cancelWhenGracefulShutdown { [self] in
            guard configuration.target.isCluster else {
                for await _ in doubts {}
                return
            }
            for await _ in doubts {
                while !Task.isCancelled, await !refresh() { try? await Task.sleep(for: Self.refreshPause) }
                // However many redirects come, the cluster is asked so often and no more.
                try? await Task.sleep(for: Self.refreshPause)
            }
        }
        close()
    }

    /// Begins to connect.
    package func start() {
        for address in configuration.target.addresses { _ = link(to: address) }
        doubt.yield()
    }

    /// Ends every connection; commands fail from now on.
    package func close() {
        let links = state.withLock { state in
            state.isClosed = true
            defer {
                state.links = [:]
                state.subscriptions = [:]
            }
            return Array(state.links.values) + Array(state.subscriptions.values)
        }
        for link in links { link.close() }
        doubt.finish()
    }

    // MARK: Commands

    /// Sends a command and waits for its answer, at most ``RedisConfiguration/commandTimeout``; in a cluster so long at
    /// each server that it is sent to.
    package func send(_ command: RedisCommand) async throws(RedisError) -> RedisValue {
        var address = place(of: command.slot)
        var commands = [command]
        for _ in 0...Self.maximumRedirects {
            guard let link = link(to: address) else { throw .closed }
            do {
                return try await link.send(commands)
            } catch .server(let failure) {
                guard configuration.target.isCluster, let redirect = failure.redirect else { throw .server(failure) }
                address = RedisAddress(host: redirect.host ?? address.host, port: redirect.port)
                commands = redirect.isAsk ? [RedisCommand("ASKING", route: .anywhere), command] : [command]
                if !redirect.isAsk { moved(redirect.slot, to: address) }
            }
        }
        throw .tooManyRedirects
    }

    /// Whether every server that has a part of the keys is connected, as far as is known.
    package var isUp: Bool {
        state.withLock { state in
            let known = state.topology.addresses
            let wanted = known.isEmpty ? Set(configuration.target.addresses) : known
            return wanted.allSatisfy { state.links[$0]?.isReady ?? false }
        }
    }

    /// Connections that were lost, and attempts that failed.
    package var losses: Int { state.withLock { $0.losses } }

    // MARK: Servers

    /// Where a slot is, as far as is known; else one of those named, in turn.
    func place(of slot: Int?) -> RedisAddress {
        state.withLock { state in
            if let slot, let known = state.topology.address(of: slot) { return known }
            let addresses = configuration.target.addresses
            // One that answers, if there is one.
            if let ready = state.links.first(where: { $0.value.isReady })?.key { return ready }
            state.turn += 1
            return addresses[state.turn % addresses.count]
        }
    }

    /// The slot is elsewhere; so may be others.
    func moved(_ slot: Int, to address: RedisAddress) {
        state.withLock { $0.topology.move(slot, to: address) }
        doubt.yield()
    }

    private func link(to address: RedisAddress) -> RedisLink? {
        let link: RedisLink? = state.withLock { state in
            if state.isClosed { return nil }
            if let link = state.links[address] { return link }
            let link = RedisLink(on: group.next(), configuration, security, address: { address }) { [weak self] event in
                self?.notice(event)
            }
            state.links[address] = link
            return link
        }
        link?.start()
        return link
    }

    /// Asks the cluster who has which slots.
    ///
    /// - Returns: whether somebody knew.
    private func refresh() async -> Bool {
        let known = state.withLock { Set($0.links.keys) }.union(configuration.target.addresses)
        for address in known {
            guard let link = link(to: address) else { return true }
            guard let answer = try? await link.send([RedisCommand("CLUSTER", ["SLOTS"], route: .anywhere)]),
                let topology = RedisTopology(answer, from: address)
            else { continue }
            let gone: [RedisLink] = state.withLock { state in
                state.topology = topology
                let wanted = topology.addresses.union(configuration.target.addresses)
                let gone = state.links.filter { !wanted.contains($0.key) }
                for address in gone.keys { state.links[address] = nil }
                return Array(gone.values)
            }
            for link in gone { link.close() }
            for address in topology.addresses { _ = self.link(to: address) }
            return true
        }
        return false
    }

    /// Redis lost is said once, and Redis back.
    func notice(_ event: RedisLink.Event) {
        switch event {
        case .ready:
            guard state.withLock({ $0.isFailing }), isUp else { return }
            let wasFailing = state.withLock { state in
                defer { state.isFailing = false }
                return state.isFailing
            }
            if wasFailing { logger.notice("Redis is back") }
        case .lost(let error, let address):
            let (isNew, isClosed) = state.withLock { state in
                defer { state.isFailing = true }
                state.losses += 1
                return (!state.isFailing, state.isClosed)
            }
            guard !isClosed else { return }
            if isNew {
                logger.warning("Redis is lost", metadata: ["address": "\(address)", "error": "\(error)"])
            }
            doubt.yield()
        }
    }
}
