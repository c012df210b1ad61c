/// What one WebSocket message of a venue was.
package enum VenueMessage: Hashable, Sendable {
    /// Market data of this group; its events, if any, were appended.
    case market(StreamGroup)
    /// A piece of an order book, for the venue's ``BookRule``.
    case book(BookFrame)
    /// The venue carries out a request of ours.
    case acknowledged(RequestReference)
    /// The venue does not.
    case refused(VenueRefusal)
    /// The answer to our keep-alive.
    case pong
    /// The venue ends this connection soon, or wants it made anew.
    case closing
    /// Understood and of no use: a market that is not followed, an empty body, a welcome.
    case ignored
}

/// Which request of ours an answer is about.
package enum RequestReference: Hashable, Sendable {
    /// The number that we gave it.
    case id(Int64)
    /// One stream of it, by ``VenueStream/name``: the venue answers each by itself.
    case stream(String)
    /// The oldest one unanswered, of those with a stream whose name contains the text: the venue says no more.
    case oldest(containing: String)

    package static let oldest = RequestReference.oldest(containing: "")
}

/// A request that a venue turned down.
package struct VenueRefusal: Hashable, Sendable {
    package let request: RequestReference
    /// The one stream at fault, where the venue turns down the whole request for it and names it.
    package let stream: String?
    package let code: Int64
    /// The venue's words, at most 200 characters of them.
    package let text: String

    package init(_ request: RequestReference, stream: String? = nil, code: Int64, text: String) {
        self.request = request
        self.stream = stream
        self.code = code
        self.text = String(text.prefix(200))
    }
}
