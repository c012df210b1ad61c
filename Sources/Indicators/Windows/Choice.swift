/// The number where `greater` exceeds `less`, else the other one, by a mask instead of a branch.
///
/// Markets rise and fall by turns that no processor predicts: a branch on them costs more than what it decides.
@inline(__always)
func chosen(_ number: Double, else other: Double = 0, where greater: Double, exceeds less: Double) -> Double {
    let mask = SIMD2(greater, 0) .> SIMD2(less, 0)
    return SIMD2(other, 0).replacing(with: SIMD2(number, 0), where: mask).x
}
