import APIContract
import Accounts
import MarketFeed
import Markets
import NIOCore

/// A channel with numbers that a socket listens to.
struct NumberedSubscription {
    let name: ChannelName
    let stream: ChannelStream
    /// The last number it was sent.
    var position: Int64
    /// Since when it has taken nothing of what is due; milliseconds of the clock that never goes back.
    var stalledSince: Int64?
}

/// What a socket listens to.
extension RealtimeConnection {
    /// A reader that takes nothing of what is due for so long is closed, and resumes when it can.
    static let patienceMilliseconds: Int64 = 10_000

    var subscribed: [ChannelName] { (tickers == nil ? [] : [.tickers]) + numbered.map(\.name) }

    func unsubscribe(_ channels: [ChannelName]) {
        if channels.contains(.tickers) { tickers = nil }
        let ended = numbered.filter { channels.contains($0.name) }
        numbered.removeAll { channels.contains($0.name) }
        for subscription in ended { hub.streams.leave(subscription.stream) }
    }

    // MARK: Subscribing

    func subscribe(_ request: SubscribeRequest) {
        guard subscriptions.take(milliseconds: hub.monotonicMilliseconds()) else {
            return close(.tooMany, "too many subscriptions")
        }
        guard isAllowed(request.channels), let caller else { return }
        if let stranger = request.symbols?.first(where: { Symbol($0).map { !hub.board.knows($0) } ?? true }) {
            return refuse(.symbolUnknown, "There is no symbol \"\(stranger.prefix(64))\".")
        }
        if isAhead(request, of: caller.tier) { catchUp(request) } else { open(request, caller) }
    }

    /// Whether the client has had more than is known here: from another process, which read the log a moment earlier.
    private func isAhead(_ request: SubscribeRequest, of tier: Tier) -> Bool {
        [(ChannelName.signals, hub.streams.signals), (.pumps, hub.streams.pumps)].contains { name, stream in
            request.channels.contains(name) && position(name, in: request).map { $0 > stream.head(of: tier) } == true
        }
    }

    private func catchUp(_ request: SubscribeRequest) {
        guard let eventLoop = context?.eventLoop else { return }
        isSubscribing = true
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        hub.streams.catchUp { isCurrent in eventLoop.execute { this.value.caughtUp(isCurrent, request) } }
    }

    private func caughtUp(_ isCurrent: Bool, _ request: SubscribeRequest) {
        isSubscribing = false
        if !isClosing, context != nil, let caller {
            if !isCurrent {
                refuse(.unavailable, "The channel cannot be read now; try again.")
            } else if isAllowed(request.channels) {
                open(request, caller)
            }
        }
        handleWaiting()
    }

    private func open(_ request: SubscribeRequest, _ caller: Caller) {
        guard request.channels.contains(.notifications), let eventLoop = context?.eventLoop else {
            return start(request, personal: nil)
        }
        isSubscribing = true
        // The handler never leaves its loop: the box is opened there only.
        let this = NIOLoopBound(self, eventLoop: eventLoop)
        let opening = ChannelStreams.Opening(user: caller.userID, position: position(.notifications, in: request)) {
            stream in eventLoop.execute { this.value.opened(stream, for: request) }
        }
        hub.streams.open(opening)
    }

    private func opened(_ stream: ChannelStream?, for request: SubscribeRequest) {
        isSubscribing = false
        // Much may have happened meanwhile.
        if isClosing || context == nil {
            stream.map(hub.streams.leave)
        } else if let stream, isAllowed(request.channels) {
            start(request, personal: stream)
        } else if let stream {
            hub.streams.leave(stream)
        } else {
            refuse(.unavailable, "The channel cannot be read now; try again.")
        }
        handleWaiting()
    }

    private func isAllowed(_ channels: [ChannelName]) -> Bool {
        if withheld(channels).isEmpty { return true }
        if let caller { tierRefused(caller) }
        refuse(.tierRequired, "Your subscription does not include this channel.")
        return false
    }

    private func refuse(_ code: RealtimeErrorCode, _ detail: String) {
        send(RealtimeErrorMessage(code: code, detail: detail))
    }

    /// The last number that the client has had; nil where it does not say so, or of another epoch.
    private func position(_ name: ChannelName, in request: SubscribeRequest) -> Int64? {
        guard let resume = request.resume, resume.epoch == hub.streams.epoch else { return nil }
        return resume.positions[name]
    }

    private func start(_ request: SubscribeRequest, personal: ChannelStream?) {
        unsubscribe(request.channels)
        var answers: [SubscribedMessage.Channel] = []
        for name in request.channels {
            switch name {
            case .tickers:
                let symbols = request.symbols.map { Set($0.compactMap(Symbol.init)) }
                tickers = TickerSubscription(symbols: symbols, version: 0)
                answers.append(SubscribedMessage.Channel(name: name, sequence: 0, recovered: true))
            case .signals: listen(name, to: hub.streams.signals, request, &answers)
            case .pumps: listen(name, to: hub.streams.pumps, request, &answers)
            case .notifications: personal.map { listen(name, to: $0, request, &answers) }
            }
        }
        send(SubscribedMessage(channels: answers))
        // First: a slow reader would still be reading the prices when their patience with it ended.
        writeNumbered()
        // Whoever does not read gets it with a later tick, and once, however often they subscribe meanwhile.
        if context?.channel.isWritable == true, request.channels.contains(.tickers), let loop {
            _ = deliver(loop.snapshot())
        }
        flush()
    }

    private func listen(
        _ name: ChannelName,
        to stream: ChannelStream,
        _ request: SubscribeRequest,
        _ answers: inout [SubscribedMessage.Channel]
    ) {
        guard let tier = caller?.tier else { return }
        let start = stream.start(after: position(name, in: request), tier: tier, now: hub.now().milliseconds)
        numbered.append(NumberedSubscription(name: name, stream: stream, position: start.sequence))
        let delay = stream.delaySeconds(tier)
        answers.append(
            SubscribedMessage.Channel(
                name: name,
                sequence: start.sequence,
                recovered: start.isRecovered,
                delaySeconds: delay > 0 ? delay : nil
            )
        )
    }

    // MARK: Delivering

    /// Whether there is anything to be told on the channels with numbers.
    var hasNumberedDue: Bool {
        guard !numbered.isEmpty, let tier = caller?.tier else { return false }
        return numbered.contains { $0.position < $0.stream.head(of: tier) }
    }

    /// Writes what is due on the channels with numbers, as far as the socket takes it, to be flushed with what else is due.
    func writeNumbered() {
        guard !numbered.isEmpty, let channel = context?.channel, let tier = caller?.tier else { return }
        for index in numbered.indices {
            // A write may close the socket, and then there is no subscription any more.
            while !isClosing, channel.isWritable, writePage(at: index, tier: tier) {}
        }
    }

    private func writePage(at index: Int, tier: Tier) -> Bool {
        let subscription = numbered[index]
        guard subscription.position < subscription.stream.head(of: tier) else { return false }
        switch subscription.stream.page(after: subscription.position, tier: tier) {
        case .nothing: return false
        case .gone:
            close(.tooSlow, "fell too far behind")
            return false
        case .frames(let frames, let sequence):
            numbered[index].position = sequence
            // Whoever takes anything reads: the other channels wait for this one.
            for index in numbered.indices { numbered[index].stalledSince = nil }
            write(frames)
            return true
        }
    }

    /// Closes a reader that has taken nothing of what is due for too long.
    func closeIfStalled() {
        guard !numbered.isEmpty, let tier = caller?.tier else { return }
        for index in numbered.indices where numbered[index].position < numbered[index].stream.head(of: tier) {
            let now = hub.monotonicMilliseconds()
            let since = numbered[index].stalledSince ?? now
            numbered[index].stalledSince = since
            if now - since >= Self.patienceMilliseconds { return close(.tooSlow, "reads too slowly") }
        }
    }
}
