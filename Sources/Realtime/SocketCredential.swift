/// What a handshake brought to say who is there.
package enum SocketCredential: Sendable {
    case token(String)
    /// Stands for a token, once.
    case ticket(String)
    /// Nothing: the client has five seconds to send `auth`.
    case awaited
}
