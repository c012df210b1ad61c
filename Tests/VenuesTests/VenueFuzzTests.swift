import Testing
import VenueFuzzing
import Venues

@Suite("Venues under garbage")
struct VenueFuzzTests {
    @Test("Every frame of the fuzzer is one that its decoder takes as it is", arguments: FuzzFamily.allCases)
    func frames(family: FuzzFamily) {
        for frame in family.frames {
            #expect(family.dialect().decoded(frame).refusal == nil, "\(String(decoding: frame, as: UTF8.self))")
        }
    }

    // `scripts/fuzz` does the same a hundred times as long, under the address sanitizer.
    @Test("10,000 spoiled frames never trap, and what is made of them is possible", arguments: FuzzFamily.allCases)
    func spoiled(family: FuzzFamily) async throws {
        var fuzz = VenueFuzz(family, seed: 0x7261_6e64)
        try await fuzz.run(10_000)
        #expect(fuzz.impossible == 0)
        // Were nearly all refused at the first brace, the fields behind it would go untested.
        #expect(fuzz.taken > 2_000)
        #expect(fuzz.reasons.count >= 6)
        #expect(fuzz.hasReachedAll)
        #expect(fuzz.mostActions <= 32)
    }
}
