/// A line chart of numbers at even distances.
struct SVGLine {
    private static let width = 900.0
    private static let height = 260.0
    /// More points than pixels show nothing more.
    private static let longest = 1_800

    private let numbers: [Double]
    private let label: String

    init(_ numbers: [Double], label: String) {
        let step = max(1, (numbers.count + Self.longest - 1) / Self.longest)
        self.numbers = stride(from: 0, to: numbers.count, by: step).map { numbers[$0] }
        self.label = label
    }

    var svg: String {
        guard let least = numbers.min(), let greatest = numbers.max() else { return "" }
        let span = greatest > least ? greatest - least : 1
        let step = Self.width / Double(max(1, numbers.count - 1))
        let points = numbers.enumerated().map { index, number in
            let across = FigureText.plain(Double(index) * step, places: 1)
            let down = FigureText.plain(Self.height - 20 - (number - least) / span * (Self.height - 40), places: 1)
            return "\(across),\(down)"
        }
        return """
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(label)">
            <polyline fill="none" stroke="#1464d2" stroke-width="1.5" points="\(points.joined(separator: " "))"/>
            <text x="4" y="14" font-size="12">\(FigureText.plain(greatest, places: 3))</text>
            <text x="4" y="\(Int(Self.height) - 4)" font-size="12">\(FigureText.plain(least, places: 3))</text>
            </svg>
            """
    }
}
