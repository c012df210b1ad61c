import NIOCore
import Testing
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
            change(&policy)
            machine = ConnectionMachine(policy: policy)
            _ = machine.handle(.wanted(streams), at: .seconds(0), using: &random)
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
            #expect(script.at(0, .acknowledged(id: 1)) == [.live(isAgain: false)])
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
        #expect(script.at(2, .acknowledged(id: 1)) == [.live(isAgain: false)])
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
        #expect(script.at(0.1, .acknowledged(id: 1)) == [], "not yet: a quarter of a second has not passed")
        #expect(script.machine.nextDeadline == .seconds(0.25))
        #expect(script.at(0.25, .timer) == [.subscribe(id: 2, streams: ["c", "d"])])
        #expect(script.at(3, .acknowledged(id: 2)) == [.subscribe(id: 3, streams: ["e"])])
        #expect(script.at(3.1, .acknowledged(id: 3)) == [.live(isAgain: false)])
    }

    @Test("A reply to a request that nobody made changes nothing")
    func strangeReplies() {
        var script = Script()
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        #expect(script.at(0, .acknowledged(id: 7)) == [])
        #expect(script.at(0, .refused(id: 7)) == [])
        #expect(script.machine.phase == .subscribing)
        #expect(script.at(0, .acknowledged(id: 1)) == [.live(isAgain: false)])
        #expect(script.at(0, .acknowledged(id: 1)) == [])
        #expect(script.at(0, .refused(id: nil)) == [])
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
        #expect(script.at(7, .acknowledged(id: 2)) == [.live(isAgain: true)])
    }

    @Test("Failures are forgotten only by a connection that lasted and brought data")
    func forgets() {
        var script = Script.live()
        #expect(script.at(1, .closed) == [.waiting(.closed, .seconds(1))])
        _ = script.at(2, .timer)
        _ = script.at(2, .opened)
        script.machine.heard(at: .seconds(3))
        #expect(script.at(4, .closed) == [.waiting(.closed, .seconds(2))], "it opened, but did not last")
        _ = script.at(6, .timer)
        _ = script.at(6, .opened)
        script.machine.heard(at: .seconds(65))
        #expect(script.at(66, .closed) == [.waiting(.closed, .seconds(1))])
    }

    @Test("Subscribed but silent is a fault")
    func silent() {
        var script = Script.live()
        script.machine.heard(at: .seconds(20))
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
        script.machine.heard(at: .seconds(9))
        #expect(script.at(10, .timer) == [.disconnect, .waiting(.acknowledgementLate, .seconds(1))])
    }

    @Test("Some streams refused: the others go on")
    func refusedSome() {
        var script = Script(streams: ["a", "b", "c", "d"]) { $0.streamsPerRequest = 2 }
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        #expect(
            script.at(1, .refused(id: 1)) == [.refused(streams: ["a", "b"]), .subscribe(id: 2, streams: ["c", "d"])]
        )
        #expect(script.at(2, .acknowledged(id: 2)) == [.live(isAgain: false)])
    }

    @Test("Every stream refused, or the request not understood: a fault")
    func refusedAll() {
        var script = Script()
        _ = script.at(0, .start)
        _ = script.at(0, .opened)
        #expect(
            script.at(1, .refused(id: nil)) == [
                .refused(streams: ["a", "b"]), .disconnect, .waiting(.subscriptionRefused, .seconds(1)),
            ]
        )
        _ = script.at(2, .timer)
        #expect(
            script.at(3, .opened) == [.subscribe(id: 2, streams: ["a", "b"])],
            "a new connection asks again"
        )
    }

    @Test("It leaves before the venue's limit, without a wait")
    func planned() {
        var script = Script.live()
        script.machine.heard(at: .seconds(999))
        #expect(script.at(999.9, .timer) == [])
        #expect(script.at(1000, .timer) == [.disconnect, .waiting(.planned, .zero), .connect])
        #expect(script.machine.phase == .connecting)
        #expect(script.at(1001, .opened) == [.subscribe(id: 2, streams: ["a", "b"])])
        #expect(script.at(1001, .acknowledged(id: 2)) == [.live(isAgain: true)])
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
        script.machine.heard(at: .seconds(10))
        #expect(script.at(10, .serverShutdown) == [])
        #expect(script.machine.nextDeadline == .seconds(15))
        #expect(script.at(15, .timer) == [.disconnect, .waiting(.planned, .zero), .connect])
    }

    @Test("Changed wishes leave what is no longer wanted and take what is new")
    func changes() {
        var script = Script.live(streams: ["a", "b", "c"])
        #expect(script.at(1, .wanted(["d", "b"])) == [.unsubscribe(id: 2, streams: ["a", "c"])])
        #expect(script.at(1.1, .acknowledged(id: 2)) == [])
        #expect(script.at(1.25, .timer) == [.subscribe(id: 3, streams: ["d"])])
        #expect(script.machine.phase == .live, "what it carries goes on all the while")
        #expect(script.at(1.5, .acknowledged(id: 3)) == [])
        #expect(script.at(2, .wanted(["d", "b"])) == [])
    }

    @Test("Wishes that change while it is away hold for the next connection")
    func changesWhileAway() {
        var script = Script.live()
        _ = script.at(1, .closed)
        #expect(script.at(1, .wanted(["z"])) == [])
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
            .start, .opened, .closed, .timer, .serverShutdown, .wanted(["q"]), .acknowledged(id: 1), .stop,
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
        var visited: Set<ConnectionMachine.Phase> = []
        for round in 0..<200_000 {
            if round.isMultiple(of: 1000) { await Task.yield() }
            now = now + .milliseconds(Int64.random(in: 0...4000, using: &random))
            if Bool.random(using: &random) { machine.heard(at: now) }
            let event = anyEvent(using: &random)
            // An owner reports the end of what there is only.
            if event == .closed || event == .openFailed(retryAfter: nil) {
                guard connections == 1 else { continue }
                connections = 0
            }
            for action in machine.handle(event, at: now, using: &random) {
                switch action {
                case .connect: connections += 1
                case .disconnect: connections = 0
                case .waiting(_, let wait): #expect(wait <= policy.backoffCap)
                case .subscribe(_, let streams), .unsubscribe(_, let streams):
                    #expect((1...3).contains(streams.count))
                case .live, .refused: break
                }
                #expect((0...1).contains(connections))
            }
            visited.insert(machine.phase)
            #expect((machine.nextDeadline == nil) == (machine.phase == .idle))
        }
        #expect(visited == [.idle, .connecting, .subscribing, .live, .waiting])
    }

    private func anyEvent(using random: inout SplitMix) -> ConnectionMachine.Event {
        switch Int.random(in: 0..<30, using: &random) {
        case 0: .start
        case 1: .wanted((0..<Int.random(in: 0...8, using: &random)).map { "s\($0)" })
        case 2...5: .opened
        case 6: .openFailed(retryAfter: nil)
        case 7: .closed
        case 8...19: .acknowledged(id: Int64.random(in: 0...60_000, using: &random))
        case 20: .refused(id: Bool.random(using: &random) ? nil : Int64.random(in: 0...60_000, using: &random))
        case 21: .serverShutdown
        default: .timer
        }
    }
}

/// Chance that always draws the highest number.
struct Highest: RandomNumberGenerator {
    mutating func next() -> UInt64 { .max }
}

extension NIODeadline {
    static func seconds(_ seconds: Double) -> NIODeadline {
        .uptimeNanoseconds(UInt64((seconds * 1000).rounded()) * 1_000_000)
    }
}
