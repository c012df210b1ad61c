import Markets
import Testing
import Venues

@Suite("Stream plan")
struct StreamPlanTests {
    private func market(_ name: String, streams: Int = 3) throws -> (symbol: Symbol, streams: [VenueStream]) {
        (try #require(Symbol(name)), (0..<streams).map { VenueStream("\(name)@\($0)", .trades) })
    }

    private func plan(shared: [VenueStream] = [], _ change: (inout ConnectionPolicy) -> Void) -> StreamPlan {
        var policy = ConnectionPolicy()
        change(&policy)
        return StreamPlan(policy: policy, shared: shared)
    }

    private func places(_ plan: StreamPlan) -> [[String]] {
        (0..<plan.shardCount).map { plan.symbols(shard: $0).map(\.text) }
    }

    @Test("A connection is filled before the next is opened, and the common streams are on the first")
    func fills() throws {
        var plan = plan(shared: [VenueStream("all", .tickers)]) { $0.streamsPerConnection = 7 }
        #expect(plan.shardCount == 1)
        plan.choose(try ["A1", "B1", "C1", "D1", "E1"].map { try market($0) })
        #expect(places(plan) == [["A1", "B1"], ["C1", "D1"], ["E1"]])
        #expect(plan.streams(shard: 0).map(\.name) == ["all", "A1@0", "A1@1", "A1@2", "B1@0", "B1@1", "B1@2"])
        #expect(plan.streams(shard: 1).count == 6)
    }

    @Test("Markets stay where they are when the choice changes, and gaps are filled")
    func stays() throws {
        var plan = plan { $0.streamsPerConnection = 6 }
        plan.choose(try ["A1", "B1", "C1", "D1"].map { try market($0) })
        plan.choose(try ["E1", "D1", "C1", "B1"].map { try market($0) })
        #expect(places(plan) == [["B1", "E1"], ["C1", "D1"]])
        plan.choose([])
        #expect(places(plan) == [[], []])
    }

    @Test("Characters are counted with what a request puts around each name")
    func characters() throws {
        // Names of 4 characters and 3 more each: 20 of them are 140.
        for (limit, expected) in [(140, [["A1", "B1"]]), (139, [["A1"], ["B1"]])] {
            var plan = plan { $0.charactersPerConnection = limit }
            plan.choose(try [market("A1", streams: 10), market("B1", streams: 10)])
            #expect(places(plan) == expected)
        }
    }

    @Test("A market that takes more streams than before finds a place for all of them")
    func grows() throws {
        var plan = plan { $0.streamsPerConnection = 6 }
        plan.choose(try [market("A1"), market("B1")])
        plan.choose(try [market("A1", streams: 4), market("B1")])
        #expect(Set(places(plan).joined()) == ["A1", "B1"])
        #expect((0..<plan.shardCount).allSatisfy { plan.streams(shard: $0).count <= 6 })
        #expect((0..<plan.shardCount).map { plan.streams(shard: $0).count }.reduce(0, +) == 7)
    }

    @Test("A market without streams takes no place")
    func foreign() throws {
        var plan = plan { $0.streamsPerConnection = 6 }
        plan.choose(try [market("A1", streams: 0)])
        #expect(plan.shardCount == 0)
    }
}
