import Foundation
import Indicators
import Markets
import Signals
import TestKit
import Testing

@Suite("The generator of signals")
struct SignalGeneratorTests {
    private static let length = SignalGenerator.warmUp + 60
    private static let slices = RandomMarket.slices(length)
    private static let book = Result { try SignalModelBook.shipped() }
    private static let said = Result { run(slices, try book.get()) }

    private static func run(_ slices: [MarketSlice], _ book: SignalModelBook) -> [[SignalCandidate]] {
        var generator = SignalGenerator(book: book)
        return slices.map { generator.ingest($0) }
    }

    @Test("Nothing is said before a month is known, and something right after it")
    func warmUp() throws {
        let said = try Self.said.get()
        #expect(said.firstIndex { !$0.isEmpty } == SignalGenerator.warmUp - 1)
    }

    @Test("What comes later changes nothing that was said")
    func later() throws {
        let said = try Self.said.get()
        let book = try Self.book.get()
        for cut in [SignalGenerator.warmUp + 1, SignalGenerator.warmUp + 17, SignalGenerator.warmUp + 40] {
            let changed = Self.slices[..<cut] + Self.slices[cut...].map(\.mirrored)
            let other = Self.run(Array(changed), book)
            #expect(other.prefix(cut) == said.prefix(cut))
            #expect(other[cut] != said[cut])
            #expect(Self.run(Array(Self.slices[..<cut]), book)[...] == said.prefix(cut))
        }
    }

    @Test("A generator that began later says the same, and the probe finds one that was told otherwise")
    func startedLater() throws {
        let probe = PrefixProbe(book: try Self.book.get())
        var said = try Self.said.get()
        #expect(probe.firstDifference(cuts: 12, slices: Self.slices, known: said) == nil)
        said[Self.length - 4] = []
        #expect(probe.firstDifference(cuts: 60, slices: Self.slices, known: said) != nil)
    }

    @Test("A symbol with a hole is not rated for a month; the others are")
    func hole() throws {
        var slices = Self.slices
        let hole = SignalGenerator.warmUp + 10
        slices[hole] = slices[hole].missing(3)
        let said = Self.run(slices, try Self.book.get())
        #expect(said[hole - 1].contains { $0.symbol == 3 })
        #expect(!said[hole...].joined().contains { $0.symbol == 3 })
        #expect(said[hole...].count { slice in slice.contains { $0.symbol == 4 } } == said.count - hole)
    }

    @Test("A missing hour, or a market without its leader, is no basis for a signal")
    func noMarket() throws {
        var slices = Self.slices
        slices.remove(at: SignalGenerator.warmUp + 10)
        let book = try Self.book.get()
        #expect(Self.run(slices, book)[(SignalGenerator.warmUp + 10)...].joined().isEmpty)
        let leader = try #require(book.universe.firstIndex(of: book.leader))
        #expect(Self.run(Self.slices.map { $0.missing(leader) }, book).joined().isEmpty)
    }

    @Test("A slice that comes twice or too late is not taken")
    func repeated() throws {
        var generator = SignalGenerator(book: try Self.book.get())
        for slice in Self.slices { _ = generator.ingest(slice) }
        let last = try #require(Self.slices.last)
        #expect(generator.ingest(last).isEmpty)
        #expect(generator.ingest(Self.slices[0]).isEmpty)
    }

    @Test("Every strategy raises signals; stop, entry and targets stand in their order")
    func levels() throws {
        let candidates = try Self.said.get().flatMap(\.self)
        #expect(candidates.count > 1_000)
        #expect(Set(candidates.map(\.strategy.name)).isSuperset(of: ["composite", "relative_strength"]))
        for candidate in candidates {
            #expect((0.2...0.8).contains(candidate.probability))
            let levels = candidate.levels
            let sign = levels.direction.sign
            let distance = sign * (levels.targets[0].value.double - levels.entry.value.double)
            // Six significant digits: a step of at most a hundred-thousandth of the price on each side.
            #expect((distance / levels.entry.value.double - levels.risk).magnitude < 3e-5)
        }
    }

    @Test("The reasons add up to what moved the confidence, to the last hundredth of a point")
    func reasons() throws {
        for candidate in try Self.said.get().flatMap(\.self) {
            let moved =
                Int((10_000 * candidate.probability).rounded()) - Int((10_000 * candidate.baseline).rounded())
            #expect(candidate.triggers.reduce(0) { $0 + $1.weight } == moved)
            #expect(Set(candidate.triggers.map(\.code)).count == candidate.triggers.count)
        }
    }

    @Test("No model rates a candle that it may have been trained on")
    func frozen() throws {
        let book = try Self.book.get()
        #expect(!book.models.isEmpty)
        for model in book.models { #expect(model.trainedUntil <= model.from) }
        let first = try #require(book.models.first)
        #expect(book.model(at: MarketTime(milliseconds: first.from - 1)) == nil)
        #expect(book.model(at: MarketTime(milliseconds: first.from)) == first)
        #expect(book.model(at: MarketTime(milliseconds: .max)) == book.models.last)
    }

    @Test("A model of other features, or of the future, is refused")
    func otherModels() throws {
        let model = """
            {"from":5,"trainedUntil":%d,"trainedRows":1,"baseRate":0.5,"slope":1,"intercept":0,"trees":[]}
            """
        func book(_ features: [String], trainedUntil: Int) throws -> SignalModelBook {
            let names = features.map { "\"\($0)\"" }.joined(separator: ",")
            let text = """
                {"name":"a","version":1,"features":[\(names)],"universe":["BTCUSDT"],"leader":"BTCUSDT",
                "stopRanges":1.5,"targetsInRisk":[1,2,3],"lifetimeCandles":24,
                "models":[\(model.replacingOccurrences(of: "%d", with: "\(trainedUntil)"))]}
                """
            return try SignalModelBook(json: Data(text.utf8))
        }
        #expect(try book(FeatureNames.all, trainedUntil: 5).models.count == 1)
        #expect(throws: SignalModelError.trainedOnTheFuture) { try book(FeatureNames.all, trainedUntil: 6) }
        #expect(throws: SignalModelError.featuresUnknown) { try book(FeatureNames.all.reversed(), trainedUntil: 5) }
    }
}
