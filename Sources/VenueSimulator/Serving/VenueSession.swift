/// What a client's message comes to.
struct SessionReply: Sendable {
    /// Texts to answer with, before anything that a new subscription brings.
    var answers: [[UInt8]] = []
    var subscribed: [Topic] = []
    var unsubscribed: [Topic] = []
    /// Whether the message was the venue's own kind of ping.
    var isPing = false
    /// Ends the connection, after the answers.
    var closing: (code: UInt16, reason: String)?

    static func answer(_ text: [UInt8]) -> SessionReply { SessionReply(answers: [text]) }
}

/// One client's conversation on one of a venue's sockets, without the socket.
protocol VenueSession: Sendable {
    /// Streams that the address itself names.
    var opening: [Topic] { get }
    /// Whether frames travel as `{"stream":…,"data":…}`.
    var isCombined: Bool { get }
    var keepAlive: KeepAlive.Rule { get }
    /// Messages a client may send within a second; more end the connection.
    var mostMessages: Int { get }

    mutating func receive(_ text: [UInt8]) -> SessionReply
}

extension VenueSession {
    var opening: [Topic] { [] }
    var isCombined: Bool { false }
    var mostMessages: Int { 100 }
}
