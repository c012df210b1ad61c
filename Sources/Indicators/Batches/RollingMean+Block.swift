extension RollingMean {
    /// The means of the last few numbers at each of a block's, as a mean of a period up to `longestDirect` steps.
    ///
    /// - Parameters:
    ///   - numbers: the block's first; `period − 1` lie before it.
    ///   - period: 1 to `longestDirect`.
    ///   - means: as many as there are numbers.
    ///   - count: of the numbers.
    static func direct(
        of numbers: UnsafePointer<Double>,
        period: Int,
        into means: UnsafeMutablePointer<Double>,
        count: Int
    ) {
        let reciprocal = 1 / Double(period)
        for index in 0..<count { means[index] = 0 }
        for age in stride(from: period - 1, to: 0, by: -1) {
            let older = numbers - age
            for index in 0..<count { means[index] += older[index] - numbers[index] }
        }
        for index in 0..<count { means[index] = numbers[index] + means[index] * reciprocal }
    }
}
