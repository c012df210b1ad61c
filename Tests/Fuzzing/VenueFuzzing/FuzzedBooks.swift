import Markets
import NIOCore
import Venues

/// The books of a fuzzed family, put together by its venue's rule from whatever comes.
struct FuzzedBooks {
    private var books: [Int: BookSync] = [:]
    private let rule: BookRule?
    /// Books that were served although no real one looks so.
    private(set) var crossed = 0

    init(_ dialect: any VenueDialect) { rule = dialect.bookRule }

    /// Whether a book was ever believed.
    private(set) var hasServed = false

    /// Takes a frame, and returns what readers would be told.
    mutating func take(_ frame: BookFrame, at now: NIODeadline, using random: inout SplitMix) -> [BookUpdate] {
        guard let rule else { return [] }
        var book = books[frame.market] ?? BookSync(frame.symbol, rule: rule, depth: 50)
        var steps = [book.tick(at: now, using: &random), book.receive(frame, at: now, using: &random)]
        if steps.contains(where: { $0.request == .picture }) {
            steps.append(
                Bool.random(using: &random)
                    ? book.receive(picture: Self.picture(before: frame, using: &random), at: now, using: &random)
                    : book.pictureFailed(at: now, using: &random)
            )
        }
        if Int.random(in: 0..<200, using: &random) == 0 { steps.append(book.interrupted()) }
        if book.state == .live {
            hasServed = true
            if book.book.isCrossed { crossed += 1 }
        }
        books[frame.market] = book
        return steps.compactMap(\.update)
    }

    /// A picture that the frame may or may not continue.
    private static func picture(before frame: BookFrame, using random: inout SplitMix) -> BookFrame {
        var picture = frame
        picture.kind = .snapshot
        picture.last = frame.first.addingReportingOverflow(Int64.random(in: -2...2, using: &random)).partialValue
        picture.first = picture.last
        picture.previous = nil
        picture.bids = levels(["0.5", "0.45", "0.4"])
        picture.asks = levels(["0.6", "0.65", "0.7"])
        return picture
    }

    private static func levels(_ prices: [String]) -> [BookLevel] {
        prices.compactMap { price in
            guard let price = Price(price), let quantity = Quantity("2") else { return nil }
            return BookLevel(price: price, quantity: quantity)
        }
    }
}
