import Accounts
import Channels
import Foundation
import NIOCore
import Realtime
import Testing

@Suite("What a channel keeps, and where a reader of it starts")
struct ChannelWindowTests {
    /// Free sees a message 900 s later, pro 60 s.
    static func delay(_ tier: Tier) -> Int { [.free: 900, .pro: 60][tier, default: 0] }

    /// Messages of the numbers, one each second from 0 on.
    static func history(_ numbers: ClosedRange<Int64>, head: Int64? = nil) -> ChannelHistory {
        ChannelHistory(
            head: head ?? numbers.upperBound,
            entries: numbers.map { ChannelEntry(sequence: $0, createdAt: $0 * 1_000, payload: #"{"n":\#($0)}"#) }
        )
    }

    /// The messages 11 to 20.
    static func window(now: Int64 = 0) -> ChannelWindow {
        var window = ChannelWindow(.signals, base: 10, delaySeconds: delay)
        window.append(history(11...20))
        window.advance(to: now)
        return window
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let tier: Tier
        let now: Int64
        let position: Int64?
        let start: ChannelWindow.Start

        init(_ tier: Tier, at now: Int64, _ position: Int64?, _ sequence: Int64, _ isRecovered: Bool) {
            self.tier = tier
            self.now = now
            self.position = position
            start = ChannelWindow.Start(sequence: sequence, isRecovered: isRecovered)
        }

        var testDescription: String { "\(tier) at \(now) with \(position.map(String.init) ?? "nothing")" }
    }

    @Test(
        "Who says what they had goes on there if all of the rest is kept, else starts at the end and is told so",
        arguments: [
            Case(.vip, at: 0, nil, 20, false), Case(.vip, at: 0, 20, 20, true), Case(.vip, at: 0, 15, 15, true),
            // The oldest that is kept is 11.
            Case(.vip, at: 0, 10, 10, true), Case(.vip, at: 0, 9, 20, false), Case(.vip, at: 0, 0, 20, false),
            // A number that was never given.
            Case(.vip, at: 0, 21, 20, false), Case(.vip, at: 0, .max, 20, false),
            // Pro has seen 15 after 75 s, and free nothing.
            Case(.pro, at: 75_000, nil, 15, false), Case(.pro, at: 75_000, 15, 15, true),
            Case(.pro, at: 75_000, 12, 12, true), Case(.free, at: 75_000, nil, 10, false),
            Case(.free, at: 75_000, 10, 10, true),
            // What is due within the clocks' tolerance may have been sent by another process, and nothing later.
            Case(.pro, at: 75_000, 20, 20, true), Case(.pro, at: 74_999, 20, 14, false),
            Case(.free, at: 75_000, 11, 10, false), Case(.free, at: 906_000, 11, 11, true),
        ]
    )
    func starting(_ one: Case) {
        let window = Self.window(now: one.now)
        #expect(window.start(after: one.position, tier: one.tier, now: one.now) == one.start)
    }

    @Test("A tier sees a message when it is due for it, in order, and keeps it when the clock goes back")
    func delays() {
        var window = Self.window()
        #expect(Tier.allCases.map(window.head) == [10, 10, 20, 20])
        window.advance(to: 70_999)
        #expect(window.head(of: .pro) == 10)
        window.advance(to: 71_000)
        #expect(window.head(of: .pro) == 11)
        window.advance(to: 0)
        #expect(window.head(of: .pro) == 11)
        window.advance(to: 920_000)
        #expect(Tier.allCases.map(window.head) == [20, 20, 20, 20])
    }

    @Test("A message of a process whose clock is ahead holds back those behind it, and passes nobody")
    func clocksApart() {
        var window = ChannelWindow(.signals, base: 0, delaySeconds: Self.delay)
        let entries = [(1, 1_000), (2, 5_000), (3, 2_000)].map {
            ChannelEntry(sequence: Int64($0.0), createdAt: Int64($0.1), payload: #"{"n":1}"#)
        }
        window.append(ChannelHistory(head: 3, entries: entries))
        window.advance(to: 62_000)
        #expect(window.head(of: .pro) == 1)
        #expect(window.head(of: .vip) == 3)
        window.advance(to: 65_000)
        #expect(window.head(of: .pro) == 3)
    }

    private func numbers(_ page: ChannelWindow.Page) -> [String] {
        guard case .frames(let buffer, _) = page else { return ["\(page)"] }
        return String(buffer: buffer).matches(of: /\{[^{}]*\}/).map { String($0.output) }
    }

    @Test("A page holds what follows, with the delay of a tier that is delayed")
    func pages() {
        var window = Self.window(now: 920_000)
        #expect(
            numbers(window.page(after: 18, tier: .vip)) == [
                #"{"type":"signal","sequence":19,"n":19}"#, #"{"type":"signal","sequence":20,"n":20}"#,
            ]
        )
        #expect(
            numbers(window.page(after: 19, tier: .free)) == [
                #"{"type":"signal","sequence":20,"delaySeconds":900,"n":20}"#
            ]
        )
        #expect(window.page(after: 20, tier: .vip) == .nothing)
        #expect(window.page(after: 9, tier: .vip) == .gone)
        window.append(Self.history(21...21))
        window.advance(to: 920_000)
        #expect(numbers(window.page(after: 20, tier: .vip)) == [#"{"type":"signal","sequence":21,"n":21}"#])
        #expect(window.page(after: 20, tier: .free) == .nothing)
    }

    @Test("Whoever went down a tier has seen more than it shows, and waits")
    func downgrade() { #expect(Self.window(now: 75_000).page(after: 20, tier: .pro) == .nothing) }

    @Test("A tier below a message's own is shown what stands in its place", arguments: Tier.allCases)
    func locked(tier: Tier) {
        var window = ChannelWindow(.signals, base: 0, delaySeconds: { _ in 0 })
        let entry = ChannelEntry(
            sequence: 1,
            createdAt: 0,
            payload: #"{"entryPrice":"1"}"#,
            minTier: .premium,
            lockedPayload: #"{"locked":true}"#
        )
        window.append(ChannelHistory(head: 1, entries: [entry]))
        window.advance(to: 0)
        let isOpen = numbers(window.page(after: 0, tier: tier)).joined().contains("entryPrice")
        #expect(isOpen == (tier >= .premium))
    }

    @Test("A page has a bound, and the next one goes on behind it")
    func pageBound() throws {
        var window = ChannelWindow(.pumps, base: 0, delaySeconds: { _ in 0 })
        let text = String(repeating: "x", count: 1_000)
        let entries = (1...100).map { ChannelEntry(sequence: $0, createdAt: 0, payload: #"{"t":"\#(text)"}"#) }
        window.append(ChannelHistory(head: 100, entries: entries))
        window.advance(to: 0)
        var position: Int64 = 0
        var heard = 0
        while case .frames(let frames, let through) = window.page(after: position, tier: .vip) {
            #expect(frames.readableBytes < ChannelWindow.pageBytes + 1_100)
            heard += String(buffer: frames).matches(of: /"sequence":/).count
            position = through
        }
        #expect(position == 100)
        #expect(heard == 100)
    }

    @Test("Of messages and of bytes only so many are kept, the newest")
    func bounds() {
        var window = ChannelWindow(.signals, base: 0, delaySeconds: { _ in 0 })
        window.append(Self.history(1...10_003))
        #expect((window.base, window.head) == (3, 10_003))
        let text = String(repeating: "x", count: 1 << 20)
        var large = ChannelWindow(.signals, base: 0, delaySeconds: { _ in 0 })
        for number in Int64(1)...20 {
            let entry = ChannelEntry(sequence: number, createdAt: 0, payload: #"{"t":"\#(text)"}"#)
            large.append(ChannelHistory(head: number, entries: [entry]))
        }
        #expect((large.base, large.head) == (5, 20))
        #expect(large.head(of: .free) == 5)
    }

    @Test("Where the log has moved on further than it keeps, the window begins anew and older positions are gone")
    func holes() {
        var window = Self.window()
        window.append(Self.history(19...22))
        #expect((window.base, window.head) == (10, 22))
        window.append(Self.history(30...31))
        #expect((window.base, window.head) == (29, 31))
        window.advance(to: 0)
        #expect(window.page(after: 22, tier: .vip) == .gone)
        #expect(window.start(after: 22, tier: .vip, now: 0) == ChannelWindow.Start(sequence: 31, isRecovered: false))
        window.append(ChannelHistory(head: 40, entries: []))
        #expect((window.base, window.head) == (40, 40))
    }
}
