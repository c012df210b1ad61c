/// A chart of upright bars with a label below each.
struct SVGBars {
    private static let width = 900.0
    private static let height = 200.0

    private let bars: [(label: String, count: Int)]
    private let label: String

    init(_ bars: [(label: String, count: Int)], label: String) {
        self.bars = bars
        self.label = label
    }

    var svg: String {
        guard let greatest = bars.map(\.count).max(), greatest > 0 else { return "" }
        let step = Self.width / Double(bars.count)
        let shapes = bars.enumerated().map { index, bar in
            let left = FigureText.plain(Double(index) * step + 2, places: 1)
            let room = Self.height - 40
            let tall = room * Double(bar.count) / Double(greatest)
            let top = FigureText.plain(20 + room - tall, places: 1)
            let wide = FigureText.plain(step - 4, places: 1)
            return """
                <rect class="bar" data-count="\(bar.count)" fill="#1464d2" x="\(left)" y="\(top)" width="\(wide)" \
                height="\(FigureText.plain(tall, places: 1))"><title>\(bar.count)</title></rect>
                <text x="\(left)" y="\(Int(Self.height) - 4)" font-size="12">\(bar.label)</text>
                """
        }
        return """
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(label)">
            \(shapes.joined(separator: "\n"))
            </svg>
            """
    }
}
