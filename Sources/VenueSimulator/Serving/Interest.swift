import Markets

/// What is listened to, sorted by market, so that an event finds its streams without looking at names.
struct Interest {
    /// By position in the listings.
    private(set) var ofMarket: [[Topic]]
    /// Of all markets at once.
    private(set) var ofAll: [Topic] = []
    /// Markets whose book somebody follows.
    private(set) var books: [Int] = []

    init(_ topics: some Sequence<Topic>, listings: Int) {
        ofMarket = Array(repeating: [], count: listings)
        for topic in topics where topic.channel != nil {
            if let listing = topic.listing, ofMarket.indices.contains(listing) {
                ofMarket[listing].append(topic)
            } else if topic.listing == nil {
                ofAll.append(topic)
            }
        }
        for listing in ofMarket.indices {
            // A stable order keeps what is sent independent of the dictionary that the topics came from.
            if ofMarket[listing].count > 1 { ofMarket[listing].sort { $0.name < $1.name } }
            if ofMarket[listing].contains(where: \.isBook) { books.append(listing) }
        }
        ofAll.sort { $0.name < $1.name }
    }
}

extension Topic {
    var isBook: Bool {
        switch channel {
        case .book, .topOfBook: true
        default: false
        }
    }
}
