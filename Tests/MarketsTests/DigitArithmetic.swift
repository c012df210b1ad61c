/// School arithmetic on rows of decimal digits: slow, and by another way than the 128-bit integers it checks.
struct Digits: Equatable, CustomStringConvertible {
    /// The lowest digit first, no zeros at the high end; empty is zero.
    private(set) var digits: [Int]

    init(_ text: String) {
        digits = text.reversed().compactMap(\.wholeNumberValue)
        trim()
    }

    private init(_ digits: [Int]) {
        self.digits = digits
        trim()
    }

    var description: String {
        digits.isEmpty ? "0" : digits.reversed().map(String.init).joined()
    }

    static func + (left: Digits, right: Digits) -> Digits {
        var sum: [Int] = []
        var carry = 0
        for place in 0..<(max(left.digits.count, right.digits.count) + 1) {
            let column = left[place] + right[place] + carry
            sum.append(column % 10)
            carry = column / 10
        }
        return Digits(sum)
    }

    static func * (left: Digits, right: Digits) -> Digits {
        var product = Array(repeating: 0, count: left.digits.count + right.digits.count + 1)
        for (shift, digit) in left.digits.enumerated() {
            var carry = 0
            for place in 0..<(product.count - shift) {
                let column = product[place + shift] + digit * right[place] + carry
                product[place + shift] = column % 10
                carry = column / 10
            }
        }
        return Digits(product)
    }

    static func < (left: Digits, right: Digits) -> Bool {
        if left.digits.count != right.digits.count { return left.digits.count < right.digits.count }
        return left.digits.reversed().lexicographicallyPrecedes(right.digits.reversed())
    }

    /// Without its lowest digits, rounded half up.
    func roundedAway(places: Int) -> Digits {
        let kept = Digits(Array(digits.dropFirst(places)))
        return self[places - 1] >= 5 ? kept + Digits("1") : kept
    }

    /// As a decimal with so many places, in the shortest form.
    func decimal(places: Int) -> String {
        var text = String(repeating: "0", count: max(0, places + 1 - digits.count)) + description
        if digits.isEmpty { text = String(repeating: "0", count: places + 1) }
        let whole = text.dropLast(places)
        var fraction = text.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        return fraction.isEmpty ? String(whole) : "\(whole).\(fraction)"
    }

    private subscript(place: Int) -> Int { digits.indices.contains(place) ? digits[place] : 0 }

    private mutating func trim() {
        while digits.last == 0 { digits.removeLast() }
    }
}
