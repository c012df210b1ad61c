package import Addressing

/// Why a request is turned away before anybody looks what it wants.
package enum GateRefusal: Error, Hashable, Sendable {
    /// Nil: until somebody lifts the ban.
    case banned(retryAfterSeconds: Int?)
    case attackTool
}

/// Looks at each visitor before anything else does: who is banned, who comes with an attack tool, who asks for decoys.
package struct Gate: Sendable {
    package let bans: BanBook
    private let visitors: VisitorBook
    private let desk: SecurityDesk
    /// Addresses that the guard never bans by itself.
    private let allowList: [NetworkBlock]

    package init(bans: BanBook, visitors: VisitorBook, desk: SecurityDesk, allowList: [NetworkBlock] = []) {
        self.bans = bans
        self.visitors = visitors
        self.desk = desk
        self.allowList = allowList
    }

    /// Looks at a request.
    ///
    /// - Parameters:
    ///   - visitor: who asks.
    ///   - path: what for, however it is spelled.
    /// - Throws: ``GateRefusal``.
    package func admit(_ visitor: Visitor, path: String) async throws(GateRefusal) {
        let judgement = judge(visitor, path: path)
        if judgement.isTooMuch { await ban(visitor) }
        if let refusal = judgement.refusal { throw refusal }
    }

    /// Notes an offence that only the route could see.
    package func note(_ offence: Offence, by visitor: Visitor) async {
        if isTooMuch(offence, by: visitor) { await ban(visitor) }
    }

    /// The same as ``admit(_:path:)`` without waiting, for event loops: a ban that is due follows at once.
    package func refusal(of visitor: Visitor, path: String) -> GateRefusal? {
        let judgement = judge(visitor, path: path)
        if judgement.isTooMuch { Task { await ban(visitor) } }
        return judgement.refusal
    }

    private func judge(_ visitor: Visitor, path: String) -> (refusal: GateRefusal?, isTooMuch: Bool) {
        if let ban = bans.ban(of: visitor.address, from: .everything) {
            return (.banned(retryAfterSeconds: bans.secondsLeft(of: ban)), false)
        }
        let agent = UserAgent(visitor.agent)
        if let offence = agent.offence {
            return (agent == .attackTool ? .attackTool : nil, isTooMuch(offence, by: visitor))
        }
        return (nil, Decoys.contains(path) && isTooMuch(.decoyPath, by: visitor))
    }

    private func isTooMuch(_ offence: Offence, by visitor: Visitor) -> Bool {
        desk.report(.offended(offence, visitor: visitor))
        guard !allowList.contains(where: { $0.contains(visitor.address) }) else { return false }
        return visitors.note(offence, by: visitor.address)
    }

    /// A store that is down costs the ban: the visitor comes back to it with the next offences.
    private func ban(_ visitor: Visitor) async {
        guard let ban = try? await bans.raise(visitor.address, from: .everything, reason: "hostile requests") else {
            return
        }
        desk.report(.banned(ban))
    }
}
