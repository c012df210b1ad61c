import Foundation

/// A small seeded generator (SplitMix64): the same keys give the same numbers on every machine and in every run.
///
/// - Source: S. Vigna's public-domain `splitmix64.c`; its output function also serves as the hash below.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(_ keys: UInt64...) {
        state = 0x9E37_79B9_7F4A_7C15
        for key in keys { state = Self.mix(state ^ Self.mix(key &+ 0x9E37_79B9_7F4A_7C15)) }
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Uniform in (0, 1), never 0, so that its logarithm is finite.
    mutating func unit() -> Double {
        (Double(next() >> 11) + 0.5) * 0x1p-53
    }

    /// Standard normal (Box–Muller, the second value is given up for statelessness).
    mutating func normal() -> Double {
        (-2 * log(unit())).squareRoot() * cos(2 * .pi * unit())
    }

    /// Log-normal with mean 1 and the given standard deviation of its logarithm.
    mutating func spread(_ sigma: Double) -> Double {
        exp(sigma * normal() - sigma * sigma / 2)
    }

    /// How many events of a Poisson process fall into a window where `mean` are expected.
    mutating func poisson(_ mean: Double) -> Int {
        // Above 30 the normal approximation is within a percent and costs one draw instead of `mean` draws.
        if mean > 30 { return max(0, Int((mean + mean.squareRoot() * normal()).rounded())) }
        let limit = exp(-mean)
        var product = unit()
        var count = 0
        while product > limit {
            product *= unit()
            count += 1
        }
        return count
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A key for a name that does not depend on where the name stands in a list (FNV-1a).
    static func key(_ name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return mix(hash)
    }
}
