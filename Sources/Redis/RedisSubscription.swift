import NIOCore
import Synchronization

/// What a listener hears.
package enum RedisHearing: Hashable, Sendable {
    /// From now on messages come; what was published before is lost, so look for yourself.
    case begun
    case message(RedisMessage)
    /// Nothing comes until it begins anew.
    case lost
}

extension RedisClient {
    /// Listens to channels over a connection of its own, again after each loss; in a cluster as sharded channels.
    ///
    /// - Parameters:
    ///   - channels: at least one; in a cluster all of one slot, such as `{bell}:a` and `{bell}:b`.
    ///   - listener: called on an event loop, one call after the other, where it must not stay; nothing is queued.
    /// - Returns: what ends it, with ``RedisSubscription/cancel()``.
    package func subscribe(
        to channels: [String],
        _ listener: @escaping @Sendable (RedisHearing) -> Void
    ) -> RedisSubscription {
        precondition(!channels.isEmpty, "nothing to listen to")
        let isCluster = configuration.target.isCluster
        let slots = Set(channels.map { RedisSlot.of($0.utf8) })
        precondition(!isCluster || slots.count == 1, "sharded channels of one connection are of one slot")
        let listening = RedisLink.Listening(channels: channels, isSharded: isCluster) { listener(.message($0)) }
        let link = RedisLink(
            on: group.next(),
            configuration,
            security,
            listening: listening,
            address: { [weak self, configuration] in
                self?.place(of: isCluster ? slots.first : nil) ?? configuration.target.addresses[0]
            },
            noticed: { [weak self] event in
                switch event {
                case .ready: listener(.begun)
                case .lost: listener(.lost)
                }
                // That the slot is elsewhere is no loss.
                if case .lost(.server(let failure), let address) = event, let redirect = failure.redirect {
                    let host = redirect.host ?? address.host
                    self?.moved(redirect.slot, to: RedisAddress(host: host, port: redirect.port))
                } else {
                    self?.notice(event)
                }
            }
        )
        let isOpen = state.withLock { state in
            if !state.isClosed { state.subscriptions[ObjectIdentifier(link)] = link }
            return !state.isClosed
        }
        if isOpen { link.start() }
        return RedisSubscription(client: self, link: link)
    }

    /// Publishes a message; in a cluster on the sharded channel of that name.
    ///
    /// - Returns: how many connections of that server heard it.
    @discardableResult
    package func publish(_ payload: some RedisArgument, to channel: String) async throws(RedisError) -> Int64 {
        let verb = configuration.target.isCluster ? "SPUBLISH" : "PUBLISH"
        return try await send(RedisCommand(verb, [channel, payload])).integer ?? 0
    }
}

/// Listening, until it is ended or the client is closed.
package struct RedisSubscription: Sendable {
    let client: RedisClient
    let link: RedisLink

    package func cancel() {
        client.state.withLock { $0.subscriptions[ObjectIdentifier(link)] = nil }
        link.close()
    }
}
