import APIContract
import Accounts
import Foundation
import Markets
import NIOCore

/// Who is at the other end, and for how long.
extension RealtimeConnection {
    /// Who signed the socket in; nil until somebody has.
    var caller: Caller? {
        switch identity {
        case .known(let caller), .checking(known: .some(let caller)): caller
        case .unknown, .checking(known: nil): nil
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
        let known: Caller? = if case .known(let caller) = identity { caller } else { nil }
        self.token = token
        identity = .checking(known: known)
        lookUp(token, known: known)
    }

    private func lookUp(_ token: String, known: Caller?) {
        guard let eventLoop = context?.eventLoop else { return }
        overtaking = []
        // The handler never leaves its loop: the box is opened there only.
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        hub.authenticate(token) { result in
            eventLoop.execute {
                if case .success(let caller) = result, this.value.wasOvertaken(caller) {
                    return this.value.lookUp(token, known: known)
                }
                this.value.identified(result, before: known)
            }
        }
    }

    /// Whether the owner's standing changed while the answer was on its way, which may hold no longer then.
    private func wasOvertaken(_ caller: Caller) -> Bool { overtaking?.contains(caller.userID) ?? true }

    private func identified(_ result: Result<Caller, any Error>, before known: Caller?) {
        guard let context, case .checking = identity else { return }
        guard case .success(let caller) = result, known == nil || known?.userID == caller.userID else {
            identity = known.map(Identity.known) ?? .unknown
            if case .failure(let error) = result, !(error is AccountError) {
                // Nobody could be asked, which says nothing of the token.
                return close(.restarting, RealtimeHub.restartReason())
            }
            if case .failure(AccountError.accountBlocked) = result { return close(.blocked, "blocked") }
            return close(.unauthenticated, "token refused")
        }
        if known == nil, !hub.joined(caller) {
            identity = .unknown
            return close(.tooMany, "too many sockets")
        }
        identity = .known(caller)
        closeWhenTokenExpires(caller, context: context)
        lookAgainWhenTierEnds(caller, context: context)
        dropWhatTierHasNot()
        if known == nil { send(hub.welcome(connectionID: connectionID)) }
        handleWaiting()
    }

    /// Closes when the owner of the socket may no longer have it.
    func apply(_ changes: [UUID: [StandingChange]]) {
        if case .checking = identity { note(changes.keys) }
        guard let caller, let ours = changes[caller.userID] else { return }
        for change in ours where change.concerns(caller.session) {
            switch change.kind {
            case .sessionEnded: close(.unauthenticated, "session ended")
            case .erased: close(.unauthenticated, "account erased")
            case .blocked: close(.blocked, "blocked")
            case .altered: if case .known = identity, let token { authenticate(token) }
            }
        }
    }

    private func note(_ users: some Collection<UUID>) {
        guard let noted = overtaking?.count, noted + users.count <= Self.maximumOvertaking else {
            return overtaking = nil
        }
        overtaking?.formUnion(users)
    }

    /// Which of the channels the tier of whoever signed in has not.
    func withheld(_ channels: [ChannelName]) -> [ChannelName] {
        guard let caller else { return channels }
        let heard = hub.entitlements(caller.tier).channels
        return channels.filter { channel in !heard.contains { $0.rawValue == channel.rawValue } }
    }

    /// Ends subscriptions that a lower tier does not have any more.
    private func dropWhatTierHasNot() {
        let lost = withheld(subscribed)
        guard !lost.isEmpty else { return }
        unsubscribe(lost)
        send(UnsubscribedMessage(channels: lost, reason: RealtimeErrorCode.tierRequired.rawValue))
    }

    private func lookAgainWhenTierEnds(_ caller: Caller, context: ChannelHandlerContext) {
        tierEnd?.cancel()
        guard let end = caller.tierEndsAt else { return tierEnd = nil }
        let left = Int64((end.timeIntervalSince1970 * 1000).rounded(.up)) - hub.now().milliseconds
        // A timer of the event loop counts in nanoseconds, which a century would overflow.
        let wait = TimeAmount.milliseconds(min(max(0, left), 86_400_000))
        tierEnd = context.eventLoop.assumeIsolated().scheduleTask(in: wait) {
            if case .known = self.identity, let token = self.token { self.authenticate(token) }
        }
    }

    /// Gives the account its place back.
    func leave() {
        if let caller { hub.left(caller.userID) }
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
