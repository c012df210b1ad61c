package import Markets

/// A few stretches of time, apart from each other and in order.
///
/// Those that touch become one. There is a bound, and beyond it the set errs on the side its owner has chosen.
package struct TimeSpanSet: Hashable, Sendable {
    package enum Overflow: Hashable, Sendable {
        /// Too much: the two stretches with the least time between them become one.
        case join
        /// Too little: the oldest stretch is forgotten.
        case forget
    }

    package private(set) var spans: [TimeSpan] = []
    package let maximumCount: Int
    package let overflow: Overflow

    package init(maximumCount: Int = 32, overflow: Overflow) {
        self.maximumCount = maximumCount
        self.overflow = overflow
    }

    package var isEmpty: Bool { spans.isEmpty }

    package mutating func insert(_ span: TimeSpan) {
        guard !span.isEmpty else { return }
        var joined = span
        spans.removeAll { known in
            guard known.from <= joined.to && joined.from <= known.to else { return false }
            joined.from = min(joined.from, known.from)
            joined.to = max(joined.to, known.to)
            return true
        }
        spans.insert(joined, at: spans.firstIndex { $0.from > joined.from } ?? spans.count)
        guard spans.count > maximumCount else { return }
        switch overflow {
        case .join: joinNearest()
        case .forget: spans.removeFirst()
        }
    }

    package mutating func remove(_ span: TimeSpan) {
        guard !span.isEmpty else { return }
        spans = spans.flatMap { known in
            guard known.overlaps(span) else { return [known] }
            let left = TimeSpan(from: known.from, to: min(known.to, span.from))
            let right = TimeSpan(from: max(known.from, span.to), to: known.to)
            return [left, right].filter { !$0.isEmpty }
        }
    }

    package func contains(_ time: MarketTime) -> Bool { spans.contains { $0.contains(time) } }

    /// The parts that lie within the stretch.
    package func clipped(to span: TimeSpan) -> [TimeSpan] {
        spans.filter { $0.overlaps(span) }.map { TimeSpan(from: max($0.from, span.from), to: min($0.to, span.to)) }
    }

    private mutating func joinNearest() {
        let nearest = spans.indices.dropLast().min {
            spans[$0 + 1].from.since(spans[$0].to) < spans[$1 + 1].from.since(spans[$1].to)
        }
        guard let nearest else { return }
        spans[nearest].to = spans[nearest + 1].to
        spans.remove(at: nearest + 1)
    }
}
