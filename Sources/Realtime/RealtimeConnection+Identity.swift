import APIContract
import Accounts
import Foundation
import Markets
import NIOCore

/// Who is at the other end, and for how long.
extension RealtimeConnection {
    var isKnown: Bool {
        switch identity {
        case .known, .checking(known: .some): true
        case .unknown, .checking(known: nil): false
        }
    }

    func begin(with credential: SocketCredential, context: ChannelHandlerContext) {
        closeUnlessAuthenticated(context: context)
        switch credential {
        case .awaited: break
        case .token(let token): authenticate(token)
        case .ticket(let ticket):
            guard let token = hub.redeem(ticket) else { return close(.unauthenticated, "ticket refused") }
            authenticate(token)
        }
    }

    /// Looks the token's owner up; whoever is known already stays so meanwhile.
    func authenticate(_ token: String) {
        guard let eventLoop = context?.eventLoop else { return }
        let known: Caller? = if case .known(let caller) = identity { caller } else { nil }
        identity = .checking(known: known)
        // The handler never leaves its loop: the box is opened there only.
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        hub.authenticate(token) { result in
            eventLoop.execute { this.value.identified(result, before: known) }
        }
    }

    private func identified(_ result: Result<Caller, any Error>, before known: Caller?) {
        guard let context, case .checking = identity else { return }
        guard case .success(let caller) = result, known == nil || known?.userID == caller.userID else {
            identity = known.map(Identity.known) ?? .unknown
            if case .failure(AccountError.accountBlocked) = result { return close(.blocked, "blocked") }
            return close(.unauthenticated, "token refused")
        }
        if known == nil, !hub.joined(caller.userID) {
            identity = .unknown
            return close(.tooMany, "too many sockets")
        }
        identity = .known(caller)
        closeWhenTokenExpires(caller, context: context)
        if known == nil { send(hub.welcome(connectionID: connectionID)) }
        while case .known = identity, !waiting.isEmpty { handle(waiting.removeFirst()) }
    }

    /// Gives the account its place back.
    func leave() {
        switch identity {
        case .known(let caller), .checking(known: .some(let caller)): hub.left(caller.userID)
        case .unknown, .checking(known: nil): break
        }
        identity = .unknown
    }

    private func closeUnlessAuthenticated(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: RealtimeHub.authenticationDeadline) {
            self.close(.unauthenticated, "no token in time")
        }
    }

    private func closeWhenTokenExpires(_ caller: Caller, context: ChannelHandlerContext) {
        deadline?.cancel()
        let left = Int64(caller.tokenExpiresAt.timeIntervalSince1970 * 1000) - hub.now().milliseconds
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(max(0, left))) {
            self.close(.unauthenticated, "token expired")
        }
    }
}
