package import Markets

/// Spreads a dialect's streams over connections within the venue's limits, and keeps each market where it is.
///
/// All streams of a market share a connection. A connection is opened when the others are full; one that has lost its
/// last market stays, empty, and is filled first.
package struct StreamPlan {
    private struct Shard {
        var markets: [Symbol: [VenueStream]] = [:]
        /// Symbols in the order in which they came.
        var order: [Symbol] = []
        var streams = 0
        var characters = 0
    }

    private let streamLimit: Int
    private let characterLimit: Int
    private let shared: [VenueStream]
    private var shards: [Shard] = []

    /// - Parameters:
    ///   - policy: says how much a connection carries.
    ///   - shared: streams of the first connection, whichever markets are followed.
    package init(policy: ConnectionPolicy, shared: [VenueStream]) {
        streamLimit = policy.streamsPerConnection
        characterLimit = policy.charactersPerConnection
        self.shared = shared
        if !shared.isEmpty { shards.append(emptyShard()) }
    }

    package var shardCount: Int { shards.count }

    /// The streams of one connection, in the order in which they are wanted.
    package func streams(shard: Int) -> [VenueStream] {
        (shard == 0 ? shared : []) + shards[shard].order.flatMap { shards[shard].markets[$0] ?? [] }
    }

    package func symbols(shard: Int) -> [Symbol] { shards[shard].order }

    /// Takes over a new choice, most wanted first; a market without streams is none of this dialect's.
    package mutating func choose(_ wanted: [(symbol: Symbol, streams: [VenueStream])]) {
        let chosen = Dictionary(wanted.map { ($0.symbol, $0.streams) }) { first, _ in first }
        for index in shards.indices {
            for symbol in shards[index].order where chosen[symbol] != shards[index].markets[symbol] {
                remove(symbol, from: index)
            }
        }
        let carried = Set(shards.flatMap(\.order))
        for (symbol, streams) in wanted where !streams.isEmpty && !carried.contains(symbol) {
            add(symbol, streams)
        }
    }

    private mutating func add(_ symbol: Symbol, _ streams: [VenueStream]) {
        let characters = Self.characters(streams)
        let fitting = shards.indices.filter {
            shards[$0].markets[symbol] == nil && shards[$0].streams + streams.count <= streamLimit
                && shards[$0].characters + characters <= characterLimit
        }
        let index = fitting.min { shards[$0].streams < shards[$1].streams } ?? shards.count
        if index == shards.count { shards.append(emptyShard()) }
        shards[index].markets[symbol] = streams
        shards[index].order.append(symbol)
        shards[index].streams += streams.count
        shards[index].characters += characters
    }

    private mutating func remove(_ symbol: Symbol, from index: Int) {
        guard let streams = shards[index].markets.removeValue(forKey: symbol) else { return }
        shards[index].order.removeAll { $0 == symbol }
        shards[index].streams -= streams.count
        shards[index].characters -= Self.characters(streams)
    }

    private func emptyShard() -> Shard {
        var shard = Shard()
        if shards.isEmpty {
            shard.streams = shared.count
            shard.characters = Self.characters(shared)
        }
        return shard
    }

    /// With the quotes and the comma that a request puts around each.
    private static func characters(_ streams: [VenueStream]) -> Int {
        streams.reduce(0) { $0 + $1.name.utf8.count + 3 }
    }
}
