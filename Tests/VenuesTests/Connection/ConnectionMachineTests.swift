import NIOCore
import Testing
import VenueFuzzing
import Venues

@Suite("Connection machine")
struct ConnectionMachineTests {
    /// A machine with times that are easy to follow, and chance that always keeps the whole wait.
    struct Script {
        var machine: ConnectionMachine
        var random = Highest()

        init(streams: [String] = ["a", "b"], _ change: (inout ConnectionPolicy) -> Void = { _ in }) {
            var policy = ConnectionPolicy()
            policy.lifetime = .seconds(1000)
            policy.lifetimeJitter = .zero
            policy.backoffBase = .seconds(1)
            policy.backoffCap = .seconds(8)
            policy.groupSilence = [:]
            change(&policy)
            machine = ConnectionMachine(policy: policy)
            _ = machine.handle(.wanted(streams.map(busy)), at: .seconds(0), using: &random)
        }

        mutating func at(_ seconds: Double, _ event: ConnectionMachine.Event) -> [ConnectionMachine.Action] {
            machine.handle(event, at: .seconds(seconds), using: &random)
        }

        /// Connected at 0 and live at 0.
        static func live(
            streams: [String] = ["a", "b"],
            _ change: (inout ConnectionPolicy) -> Void = { _ in }
        ) -> Script {
            var script = Script(streams: streams, change)
            #expect(script.at(0, .start) == [.connect])
            #expect(script.at(0, .opened) == [.subscribe(id: 1, streams: streams)])
            #expect(script.at(0, .acknowledged(.id(1))) == [.live(isAgain: false)])
            #expect(script.machine.phase == .live)
            return script
        }
    }

    @Test("It connects, subscribes, and is live once the venue said yes")
    func straight() {
        var script = Script()
        #expect(script.machine.phase == .idle)
        #expect(script.machine.nextDeadline == nil)
        #expect(script.at(0, .start) == [.connect])
        #expect(script.machine.phase == .connecting)
        #expect(script.machine.nextDeadline == .seconds(15))
        #expect(script.at(1, .opened) == [.subscribe(id: 1, streams: ["a", "b"])])
        #expect(script.machine.phase == .subscribing)
        #expect(script.machine.nextDeadline == .seconds(11))
        #expect(script.at(2, .acknowledged(.id(1))) == [.live(isAgain: false)])
        #expect(script.machine.phase == .live)
        #expect(script.machine.nextDeadline == .seconds(32))
        #expect(script.machine.reconnects == 0)
    }

    @Test("Many streams go out in batches, one at a time, four a second at most")
    func batches() {
        var script = Script(streams: ["a", "b", "c", "d", "e"]) { $0.streamsPerRequest = 2 }
        _ = script.at(0, .start)
        #expect(script.at(0, .opened) == [.subscribe(id: 1, streams: ["a", "b"])])
        #expect(script.at(0.1, .timer) == [], "no second request before the first is answered")
        #expect(script.at(0.1, .acknowledged(.id(1))) == [], "not yet: a quarter of a second has not passed")
        #expect(script.machine.nextDeadline == .seconds(0.25))
        #expect(script.at(0.25, .timer) == [.subscribe(id: 2, streams: ["c", "d"])])
        #expect(script.at(3, .acknowledged(.id(2))) == [.subscribe(id: 3, streams: ["e"])])
        #expect(script.at(3.1, .acknowledged(.id(3))) == [.live(isAgain: false)])
    }

    @Test("A reply to a request that nobody made changes nothing")
    func strangeReplies() {
        var script = Script()
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        #expect(script.at(0, .acknowledged(.id(7))) == [])
        #expect(script.at(0, .refused(whole(.id(7)))) == [])
        #expect(script.machine.phase == .subscribing)
        #expect(script.at(0, .acknowledged(.id(1))) == [.live(isAgain: false)])
        #expect(script.at(0, .acknowledged(.id(1))) == [])
        #expect(script.at(0, .refused(whole(.oldest))) == [])
    }

    @Test("A failed attempt waits, and each further one twice as long, up to the cap")
    func backoff() {
        var script = Script()
        #expect(script.at(0, .start) == [.connect])
        var now = 0.0
        for wait in [1, 2, 4, 8, 8, 8] {
            let actions = script.at(now, .openFailed(retryAfter: nil))
            #expect(actions == [.waiting(.connectFailed, .seconds(Int64(wait)))])
            #expect(script.machine.phase == .waiting)
            now += Double(wait)
            #expect(script.machine.nextDeadline == .seconds(now))
            #expect(script.at(now - 0.001, .timer) == [])
            #expect(script.at(now, .timer) == [.connect])
        }
    }

    @Test("Chance takes up to half of a wait off, never more")
    func jitter() {
        var random = SplitMix(seed: 1)
        var waits: Set<Int64> = []
        for _ in 0..<500 {
            var machine = ConnectionMachine()
            _ = machine.handle(.start, at: .seconds(0), using: &random)
            let actions = machine.handle(.openFailed(retryAfter: nil), at: .seconds(0), using: &random)
            guard case .waiting(.connectFailed, let wait) = actions.first else {
                Issue.record("expected a wait")
                return
            }
            #expect((250...500).contains(wait.nanoseconds / 1_000_000))
            waits.insert(wait.nanoseconds)
        }
        #expect(waits.count > 400)
    }

    @Test("The venue's own wait is kept when it is longer, up to an hour")
    func retryAfter() {
        var script = Script()
        _ = script.at(0, .start)
        #expect(
            script.at(0, .openFailed(retryAfter: .seconds(300))) == [.waiting(.connectFailed, .seconds(300))]
        )
        _ = script.at(300, .timer)
        #expect(script.at(300, .openFailed(retryAfter: .hours(48))) == [.waiting(.connectFailed, .hours(1))])
    }

    @Test("An attempt that hangs is given up")
    func hangs() {
        var script = Script()
        _ = script.at(0, .start)
        #expect(script.at(14, .timer) == [])
        #expect(script.at(15, .timer) == [.disconnect, .waiting(.connectTimedOut, .seconds(1))])
        #expect(script.at(15.5, .opened) == [], "it comes too late")
        #expect(script.machine.phase == .waiting)
    }

    @Test("A connection that ends is made again, and says that there is a gap")
    func closed() {
        var script = Script.live()
        #expect(script.at(5, .closed) == [.waiting(.closed, .seconds(1))])
        #expect(script.at(6, .timer) == [.connect])
        #expect(script.at(7, .opened) == [.subscribe(id: 2, streams: ["a", "b"])])
        #expect(script.machine.reconnects == 1)
        #expect(script.at(7, .acknowledged(.id(2))) == [.live(isAgain: true)])
    }

    @Test("Failures are forgotten only by a connection that lasted and brought data")
    func forgets() {
        var script = Script.live()
        #expect(script.at(1, .closed) == [.waiting(.closed, .seconds(1))])
        _ = script.at(2, .timer)
        _ = script.at(2, .opened)
        script.machine.heard(.trades, at: .seconds(3))
        #expect(script.at(4, .closed) == [.waiting(.closed, .seconds(2))], "it opened, but did not last")
        _ = script.at(6, .timer)
        _ = script.at(6, .opened)
        script.machine.heard(.trades, at: .seconds(65))
        #expect(script.at(66, .closed) == [.waiting(.closed, .seconds(1))])
    }

    @Test("Subscribed but silent is a fault")
    func silent() {
        var script = Script.live()
        script.machine.heard(.trades, at: .seconds(20))
        #expect(script.machine.nextDeadline == .seconds(50))
        #expect(script.at(49.9, .timer) == [])
        #expect(script.at(50, .timer) == [.disconnect, .waiting(.silent, .seconds(1))])
    }

    @Test("Silence from the first second on is a fault too, and does not count while nothing is subscribed")
    func neverHeard() {
        var script = Script.live()
        #expect(script.at(30, .timer) == [.disconnect, .waiting(.silent, .seconds(1))])

        var empty = Script(streams: [])
        _ = empty.at(0, .start)
        #expect(empty.at(0, .opened) == [.live(isAgain: false)])
        #expect(empty.at(500, .timer) == [])
        #expect(empty.machine.nextDeadline == .seconds(1000))
    }

    @Test("A subscription that gets no reply is a fault")
    func noReply() {
        var script = Script()
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        script.machine.heard(.trades, at: .seconds(9))
        #expect(script.at(10, .timer) == [.disconnect, .waiting(.acknowledgementLate, .seconds(1))])
    }

    @Test("One bad stream spoils its request: the halves are asked by themselves until it is found")
    func refusedSome() {
        var script = Script(streams: ["a", "b", "c"])
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        #expect(script.at(1, .refused(whole(.id(1)))) == [.subscribe(id: 2, streams: ["a"])])
        #expect(script.at(2, .acknowledged(.id(2))) == [.subscribe(id: 3, streams: ["b", "c"])])
        #expect(script.at(3, .refused(whole(.id(3)))) == [.subscribe(id: 4, streams: ["b"])])
        #expect(script.at(4, .refused(whole(.id(4)))) == [.refused(streams: ["b"]), .subscribe(id: 5, streams: ["c"])])
        #expect(script.at(5, .acknowledged(.id(5))) == [.live(isAgain: false)])
    }

    @Test("A refusal that names the bad stream drops that one and asks for the others again")
    func refusedByName() {
        var script = Script(streams: ["a", "b", "c"])
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        let refusal = VenueRefusal(.id(1), stream: "b", code: 10_001, text: "handler not found")
        #expect(
            script.at(1, .refused(refusal)) == [.refused(streams: ["b"]), .subscribe(id: 2, streams: ["a", "c"])]
        )
        #expect(script.at(2, .acknowledged(.id(2))) == [.live(isAgain: false)])
    }

    @Test("Answers that come stream by stream settle a request one stream at a time")
    func byStream() {
        var script = Script(streams: ["a", "b", "c"])
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        #expect(script.at(1, .acknowledged(.stream("b"))) == [])
        #expect(script.at(1, .acknowledged(.stream("b"))) == [], "said twice")
        #expect(script.at(1, .acknowledged(.stream("z"))) == [], "never asked")
        #expect(script.at(1, .refused(whole(.stream("a")))) == [.refused(streams: ["a"])])
        #expect(script.machine.phase == .subscribing)
        #expect(script.at(1, .acknowledged(.stream("c"))) == [.live(isAgain: false)])
    }

    @Test("Answers that name no request settle the oldest one they can be about")
    func oldest() {
        var script = Script(streams: ["sub.deal X", "sub.depth X", "sub.deal Y"]) {
            $0.streamsPerRequest = 1
            $0.requestsInFlight = 3
            $0.requestInterval = .zero
        }
        _ = script.at(0, .start)
        #expect(
            script.at(0, .opened) == [
                .subscribe(id: 1, streams: ["sub.deal X"]), .subscribe(id: 2, streams: ["sub.depth X"]),
                .subscribe(id: 3, streams: ["sub.deal Y"]),
            ]
        )
        #expect(script.at(1, .acknowledged(.oldest(containing: "sub.depth"))) == [])
        #expect(script.at(1, .refused(whole(.oldest(containing: "Y")))) == [.refused(streams: ["sub.deal Y"])])
        #expect(script.at(1, .acknowledged(.oldest(containing: "sub.deal"))) == [.live(isAgain: false)])
    }

    @Test("Every stream refused: a fault")
    func refusedAll() {
        var script = Script()
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        #expect(script.at(1, .refused(whole(.oldest))) == [.subscribe(id: 2, streams: ["a"])])
        #expect(
            script.at(2, .refused(whole(.id(2)))) == [.refused(streams: ["a"]), .subscribe(id: 3, streams: ["b"])]
        )
        #expect(
            script.at(3, .refused(whole(.id(3)))) == [
                .refused(streams: ["b"]), .disconnect, .waiting(.subscriptionRefused, .seconds(1)),
            ]
        )
        _ = script.at(4, .timer)
        #expect(
            script.at(5, .opened) == [.subscribe(id: 4, streams: ["a", "b"])],
            "a new connection asks again"
        )
    }

    @Test("A venue that refuses request after request is left after eight")
    func refusedOnAndOn() {
        var script = Script(streams: (0..<64).map { "s\($0)" })
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        for number in 1...7 { _ = script.at(Double(number), .refused(whole(.id(Int64(number))))) }
        #expect(script.machine.phase == .subscribing)
        #expect(
            script.at(8, .refused(whole(.id(8)))).suffix(2) == [
                .disconnect, .waiting(.subscriptionRefused, .seconds(1)),
            ]
        )
    }

    @Test("No more requests an hour than the venue takes")
    func hourly() {
        var script = Script(streams: ["a", "b", "c"]) {
            $0.streamsPerRequest = 1
            $0.requestsPerHour = 2
            $0.lifetime = .hours(20)
            $0.silenceDeadline = .hours(20)
        }
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        #expect(script.at(1, .acknowledged(.id(1))) == [.subscribe(id: 2, streams: ["b"])])
        #expect(script.at(2, .acknowledged(.id(2))) == [])
        #expect(script.machine.nextDeadline == .seconds(3600))
        #expect(script.at(3600, .timer) == [.subscribe(id: 3, streams: ["c"])])
    }

    @Test("It pings while connected, and a ping that nothing follows is a fault")
    func pings() {
        let ping = ConnectionPolicy.Ping(text: "ping", interval: .seconds(20), deadline: .seconds(5))
        var script = Script.live {
            $0.ping = ping
            $0.silenceDeadline = .seconds(500)
        }
        #expect(script.machine.nextDeadline == .seconds(20))
        #expect(script.at(20, .timer) == [.ping("ping")])
        #expect(script.machine.nextDeadline == .seconds(25))
        #expect(script.at(21, .pong) == [])
        #expect(script.at(40, .timer) == [.ping("ping")])
        script.machine.heard(.trades, at: .seconds(41))
        #expect(script.at(45, .timer) == [], "data came after the ping: it is alive")
        #expect(script.at(60, .timer) == [.ping("ping")])
        #expect(script.at(64.9, .timer) == [])
        #expect(script.at(65, .timer) == [.disconnect, .waiting(.pongLate, .seconds(1))])
        _ = script.at(66, .timer)
        #expect(script.at(66, .opened) == [.subscribe(id: 2, streams: ["a", "b"])])
        #expect(script.at(85.9, .timer) == [.disconnect, .waiting(.acknowledgementLate, .seconds(2))])
    }

    @Test("The streams of one group silent while others bring data: a fault")
    func groupSilent() {
        var script = Script.live { $0.groupSilence = [.trades: .seconds(40), .books: .seconds(7)] }
        for second in stride(from: 5.0, through: 39, by: 5) {
            script.machine.heard(.quotes, at: .seconds(second))
            #expect(script.at(second, .timer) == [], "no books are subscribed")
        }
        #expect(script.machine.nextDeadline == .seconds(40))
        #expect(script.at(40, .timer) == [.disconnect, .waiting(.groupSilent(.trades), .seconds(1))])
    }

    @Test("A few markets may be silent for longer", arguments: [(1, 300.0), (2, 150), (3, 100), (10, 30), (50, 30)])
    func fewMarkets(markets: Int, seconds: Double) {
        var script = Script(streams: [])
        _ = script.at(0, .wanted([VenueStream("a", .trades, markets: markets)]))
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        _ = script.at(0, .acknowledged(.id(1)))
        #expect(script.machine.nextDeadline == .seconds(seconds))
    }

    @Test("As often tried as the venue allows: it waits, and counts no failure")
    func postponed() {
        var script = Script()
        _ = script.at(0, .start)
        #expect(script.at(0, .postponed(.seconds(90))) == [.waiting(.attemptsSpent, .seconds(90))])
        #expect(script.at(89, .timer) == [])
        #expect(script.at(90, .timer) == [.connect])
        #expect(script.at(90, .openFailed(retryAfter: nil)) == [.waiting(.connectFailed, .seconds(1))])
    }

    @Test("The attempts of a window come back one by one")
    func attempts() {
        let budget = AttemptBudget(.init(count: 2, per: .seconds(300)))
        #expect(budget.claim(at: .seconds(0)) == nil)
        #expect(budget.claim(at: .seconds(100)) == nil)
        #expect(budget.claim(at: .seconds(150)) == .seconds(150))
        #expect(budget.claim(at: .seconds(300)) == nil)
        #expect(budget.claim(at: .seconds(301)) == .seconds(99))
    }

    @Test("A stream is started over by leaving it and taking it again")
    func renews() {
        var script = Script.live()
        #expect(script.at(1, .renew(["b", "z"])) == [.unsubscribe(id: 2, streams: ["b"])])
        #expect(script.at(2, .acknowledged(.id(2))) == [.subscribe(id: 3, streams: ["b"])])
        #expect(script.at(3, .acknowledged(.id(3))) == [], "it was live all the while")
        #expect(script.machine.phase == .live)
    }

    @Test("Before the venue's limit it asks for a successor, once, and goes on until it is stopped")
    func planned() {
        var script = Script.live()
        script.machine.heard(.trades, at: .seconds(999))
        #expect(script.at(999.9, .timer) == [])
        #expect(script.machine.nextDeadline == .seconds(1000))
        #expect(script.at(1000, .timer) == [.replace])
        #expect(script.machine.phase == .live)
        #expect(script.machine.nextDeadline == .seconds(1029), "silence is a fault to the end")
        script.machine.heard(.trades, at: .seconds(1001))
        #expect(script.at(1002, .timer) == [])
        #expect(script.at(1003, .stop) == [.disconnect])
    }

    @Test("One that ends while its successor is being made is not made again")
    func endsWhileLeaving() {
        var closed = Script.live()
        closed.machine.heard(.trades, at: .seconds(999))
        #expect(closed.at(1000, .timer) == [.replace])
        #expect(closed.at(1001, .closed) == [])
        #expect(closed.machine.phase == .stopped)
        var silent = Script.live()
        silent.machine.heard(.trades, at: .seconds(999))
        #expect(silent.at(1000, .timer) == [.replace])
        #expect(silent.at(1029, .timer) == [.disconnect])
        #expect(silent.machine.phase == .stopped)
    }

    @Test("One that is not live yet has nothing to keep: it is left at once")
    func plannedBeforeLive() {
        var script = Script()
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        #expect(script.at(1, .closing) == [])
        #expect(script.at(6, .timer) == [.disconnect, .waiting(.planned, .zero), .connect])
    }

    @Test("Lifetimes differ by chance")
    func lifetimes() {
        var deadlines: Set<NIODeadline> = []
        var random = SplitMix(seed: 2)
        for _ in 0..<100 {
            var machine = ConnectionMachine()
            _ = machine.handle(.start, at: .seconds(0), using: &random)
            _ = machine.handle(.opened, at: .seconds(0), using: &random)
            guard let deadline = machine.nextDeadline else { continue }
            #expect(deadline >= .seconds(22.5 * 3600) && deadline <= .seconds(23 * 3600))
            deadlines.insert(deadline)
        }
        #expect(deadlines.count > 90)
    }

    @Test("A closing notice is followed within seconds")
    func shutdown() {
        var script = Script.live()
        script.machine.heard(.trades, at: .seconds(10))
        #expect(script.at(10, .closing) == [])
        #expect(script.machine.nextDeadline == .seconds(15))
        #expect(script.at(15, .timer) == [.replace])
        #expect(script.at(16, .closing) == [])
        #expect(script.at(20, .timer) == [], "a second notice says nothing new")
    }

    @Test("Changed wishes leave what is no longer wanted and take what is new")
    func changes() {
        var script = Script.live(streams: ["a", "b", "c"])
        #expect(script.at(1, .wanted(["d", "b"].map(busy))) == [.unsubscribe(id: 2, streams: ["a", "c"])])
        #expect(script.at(1.1, .acknowledged(.id(2))) == [])
        #expect(script.at(1.25, .timer) == [.subscribe(id: 3, streams: ["d"])])
        #expect(script.machine.phase == .live, "what it carries goes on all the while")
        #expect(script.at(1.5, .acknowledged(.id(3))) == [])
        #expect(script.at(2, .wanted(["d", "b"].map(busy))) == [])
    }

    @Test("Wishes that change while it is away hold for the next connection")
    func changesWhileAway() {
        var script = Script.live()
        _ = script.at(1, .closed)
        #expect(script.at(1, .wanted(["z"].map(busy))) == [])
        _ = script.at(2, .timer)
        #expect(script.at(2, .opened) == [.subscribe(id: 2, streams: ["z"])])
    }

    @Test("Stopped, it disconnects and nothing moves it any more")
    func stop() {
        var live = Script.live()
        #expect(live.at(1, .stop) == [.disconnect])
        var connecting = Script()
        _ = connecting.at(0, .start)
        #expect(connecting.at(1, .stop) == [.disconnect])
        var waiting = Script()
        _ = waiting.at(0, .start)
        _ = waiting.at(0, .openFailed(retryAfter: nil))
        #expect(waiting.at(1, .stop) == [])
        let events: [ConnectionMachine.Event] = [
            .start, .opened, .closed, .timer, .closing, .wanted(["q"].map(busy)), .acknowledged(.id(1)), .stop,
        ]
        for event in events {
            #expect(live.at(2000, event) == [])
            #expect(connecting.at(2000, event) == [])
            #expect(waiting.at(2000, event) == [])
        }
        #expect(live.machine.phase == .stopped && live.machine.nextDeadline == nil)
    }

    @Test("200,000 events in any order: never a trap, always a way on, never more than one connection")
    func anyOrder() async {
        var random = SplitMix(seed: 0x6d61_6368)
        var policy = ConnectionPolicy()
        policy.streamsPerRequest = 3
        var machine = ConnectionMachine(policy: policy)
        var now = NIODeadline.uptimeNanoseconds(0)
        var connections = 0
        var isReplaced = false
        var visited: Set<ConnectionMachine.Phase> = []
        for round in 0..<200_000 {
            if round.isMultiple(of: 1000) { await Task.yield() }
            now = now + .milliseconds(Int64.random(in: 0...4000, using: &random))
            if Bool.random(using: &random) { machine.heard(.trades, at: now) }
            let event = anyEvent(using: &random)
            // An owner reports the end of what there is only.
            if event == .closed || event == .openFailed(retryAfter: nil) {
                guard connections == 1 else { continue }
                connections = 0
            }
            if machine.phase == .stopped {
                // It was being replaced: here is its successor.
                #expect(isReplaced)
                (machine, isReplaced, connections) = (ConnectionMachine(policy: policy), false, 0)
            }
            for action in machine.handle(event, at: now, using: &random) {
                switch action {
                case .connect: connections += 1
                case .disconnect: connections = 0
                case .waiting(_, let wait): #expect(wait <= policy.backoffCap)
                case .subscribe(_, let streams), .unsubscribe(_, let streams):
                    #expect((1...3).contains(streams.count))
                case .replace:
                    #expect(!isReplaced)
                    isReplaced = true
                case .live, .refused, .ping: break
                }
                #expect((0...1).contains(connections))
            }
            visited.insert(machine.phase)
            #expect((machine.nextDeadline == nil) == [.idle, .stopped].contains(machine.phase))
        }
        #expect(visited == [.idle, .connecting, .subscribing, .live, .waiting, .stopped])
    }

    private func anyEvent(using random: inout SplitMix) -> ConnectionMachine.Event {
        switch Int.random(in: 0..<30, using: &random) {
        case 0: .start
        case 1: .wanted((0..<Int.random(in: 0...8, using: &random)).map { busy("s\($0)") })
        case 2...5: .opened
        case 6: .openFailed(retryAfter: nil)
        case 7: .closed
        case 8...19: .acknowledged(.id(Int64.random(in: 0...60_000, using: &random)))
        case 20:
            .refused(
                whole(Bool.random(using: &random) ? .oldest : .stream("s\(Int.random(in: 0...9, using: &random))"))
            )
        case 22: .renew(["s1", "s4"])
        case 23: .pong
        case 24: .acknowledged(.oldest)
        case 21: .closing
        default: .timer
        }
    }
}

/// A stream that is never silent for long.
func busy(_ name: String) -> VenueStream { VenueStream(name, .trades, markets: 10) }

/// A refusal that names no stream.
func whole(_ request: RequestReference) -> VenueRefusal { VenueRefusal(request, code: 2, text: "no") }

/// Chance that always draws the highest number.
struct Highest: RandomNumberGenerator {
    mutating func next() -> UInt64 { .max }
}

extension NIODeadline {
    static func seconds(_ seconds: Double) -> NIODeadline {
        .uptimeNanoseconds(UInt64((seconds * 1000).rounded()) * 1_000_000)
    }
}
