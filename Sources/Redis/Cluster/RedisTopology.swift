/// Which server of a cluster has which slots, as far as we have heard.
struct RedisTopology: Hashable, Sendable {
    private var masters: [RedisAddress] = []
    /// By slot, an index of ``masters``.
    private var owners: [UInt16?]

    init() { owners = Array(repeating: nil, count: RedisSlot.count) }

    /// The servers that have slots.
    var addresses: Set<RedisAddress> { Set(masters) }

    /// Reads the answer to `CLUSTER SLOTS`: ranges, each with its master first; nil when it is no such answer.
    ///
    /// - Parameters:
    ///   - answer: from, to and servers of each range.
    ///   - asked: who answered; it may leave its own name out.
    init?(_ answer: RedisValue, from asked: RedisAddress) {
        self.init()
        guard let ranges = answer.items, !ranges.isEmpty, ranges.count <= RedisSlot.count else { return nil }
        for range in ranges {
            guard let parts = range.items, parts.count >= 3, let first = parts[0].integer, let last = parts[1].integer,
                first >= 0, first <= last, last < RedisSlot.count,
                let master = parts[2].items, master.count >= 2, let port = master[1].integer,
                (1...65_535).contains(port)
            else { return nil }
            let host = master[0].text.flatMap { $0.isEmpty || $0 == "?" ? nil : $0 } ?? asked.host
            let owner = index(of: RedisAddress(host: host, port: Int(port)))
            for slot in Int(first)...Int(last) { owners[slot] = owner }
        }
    }

    func address(of slot: Int) -> RedisAddress? { owners[slot].map { masters[Int($0)] } }

    mutating func move(_ slot: Int, to address: RedisAddress) { owners[slot] = index(of: address) }

    private mutating func index(of address: RedisAddress) -> UInt16 {
        if let known = masters.firstIndex(of: address) { return UInt16(known) }
        masters.append(address)
        return UInt16(masters.count - 1)
    }
}
