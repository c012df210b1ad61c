/// Finds a venue's markets by the names that its clients use.
struct ListingDirectory: Sendable {
    let listings: [Listing]
    private let spot: [String: Int]
    private let perpetual: [String: Int]
    /// Keys of streams that a recording brings.
    let recordedStreams: Set<String>

    init(_ listings: [Listing], recordedStreams: Set<String> = []) {
        self.listings = listings
        self.recordedStreams = recordedStreams
        let names = listings.enumerated().map { ($0.element.venueSymbol, $0.offset) }
        spot = Dictionary(names.filter { !listings[$0.1].isPerpetual }, uniquingKeysWith: { first, _ in first })
        perpetual = Dictionary(names.filter { listings[$0.1].isPerpetual }, uniquingKeysWith: { first, _ in first })
    }

    func index(of name: String, isPerpetual: Bool) -> Int? {
        isPerpetual ? perpetual[name] : spot[name]
    }

    /// Markets that a client may subscribe to.
    func open(_ name: String, isPerpetual: Bool) -> Int? {
        index(of: name, isPerpetual: isPerpetual).flatMap { listings[$0].state == .delisted ? nil : $0 }
    }

    /// Positions of all markets of a kind.
    func all(isPerpetual: Bool) -> [Int] { listings.indices.filter { listings[$0].isPerpetual == isPerpetual } }
}
