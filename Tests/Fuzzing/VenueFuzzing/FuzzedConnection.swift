import Markets
import NIOCore
import Venues

/// A connection of a fuzzed family: it is told what the decoder understood, and time passes, and it is opened whenever it
/// wants to be.
struct FuzzedConnection {
    private var machine: ConnectionMachine
    private(set) var now = NIODeadline.uptimeNanoseconds(0)
    /// The most that it ever wanted done at once.
    private(set) var mostActions = 0
    /// Whether it was live at some time.
    private(set) var wasLive = false

    init(_ dialect: any VenueDialect, _ instruments: [Instrument], using random: inout SplitMix) {
        machine = ConnectionMachine(policy: dialect.policy)
        let streams = dialect.sharedStreams + instruments.flatMap { dialect.streams(of: $0, withBook: true) }
        carryOut(machine.handle(.wanted(streams), at: now, using: &random), using: &random)
        carryOut(machine.handle(.start, at: now, using: &random), using: &random)
    }

    mutating func take(_ message: VenueMessage, using random: inout SplitMix) {
        switch message {
        case .market(let group): machine.heard(group, at: now)
        case .book: machine.heard(.books, at: now)
        case .acknowledged(let request): handle(.acknowledged(request), using: &random)
        case .refused(let refusal): handle(.refused(refusal), using: &random)
        case .pong: handle(.pong, using: &random)
        case .closing: handle(.closing, using: &random)
        case .ignored: break
        }
    }

    /// Lets a moment pass, at times many seconds.
    mutating func wait(using random: inout SplitMix) {
        let isLong = Int.random(in: 0..<100, using: &random) == 0
        now = now + .milliseconds(Int64.random(in: 0...(isLong ? 40_000 : 400), using: &random))
        if let deadline = machine.nextDeadline, deadline <= now { handle(.timer, using: &random) }
    }

    private mutating func handle(_ event: ConnectionMachine.Event, using random: inout SplitMix) {
        carryOut(machine.handle(event, at: now, using: &random), using: &random)
    }

    private mutating func carryOut(_ actions: [ConnectionMachine.Action], using random: inout SplitMix) {
        mostActions = max(mostActions, actions.count)
        wasLive = wasLive || machine.phase == .live
        for action in actions {
            switch action {
            case .connect:
                let fails = Int.random(in: 0..<4, using: &random) == 0
                handle(fails ? .openFailed(retryAfter: nil) : .opened, using: &random)
            case .subscribe(let id, let streams):
                if Bool.random(using: &random) {
                    handle(.acknowledged(.id(id)), using: &random)
                    handle(.acknowledged(.oldest), using: &random)
                    for stream in streams { handle(.acknowledged(.stream(stream)), using: &random) }
                }
            case .unsubscribe, .ping, .disconnect, .replace, .live, .refused, .waiting: break
            }
        }
    }
}
