import APIContract
import Realtime
import StrictJSON
import TestKit
import Testing
import WebSockets

@Suite("What a client may say", .timeLimit(.minutes(2)))
struct MessageTests {
    @Test("Sixty messages at once and two a second after that; one more closes the socket")
    func budget() async throws {
        try await SocketStand.serving { stand in
            var patient = try await stand.connect()
            for _ in 0..<60 { patient.send(#"{"type":"ping"}"#) }
            for _ in 0..<60 { _ = try #require(await patient.next("pong")) }
            stand.clock.advance(milliseconds: 1_000)
            for _ in 0..<2 { patient.send(#"{"type":"ping"}"#) }
            for _ in 0..<2 { _ = try #require(await patient.next("pong")) }
            patient.send(#"{"type":"ping"}"#)
            #expect(await patient.closure()?.code == 4429)
        }
    }

    @Test(
        "What cannot be understood closes the socket",
        arguments: [
            "", "nothing", "[]", "{}", #"{"type":1}"#, #"{"type":"dance"}"#, #"{"type":"ping","type":"ping"}"#,
            String(repeating: "[", count: 10_000),
        ]
    )
    func bad(text: String) async throws {
        try await SocketStand.serving { stand in
            var peer = try await stand.connect()
            peer.send(text)
            #expect(await peer.closure()?.code == 4400)
        }
    }

    @Test(
        "What is understood but wrong is answered, and the socket stays open",
        arguments: [
            (#"{"type":"subscribe","channels":[]}"#, "field_invalid"),
            (#"{"type":"subscribe","channels":["tickers"],"symbols":"BTCUSDT"}"#, "field_invalid"),
            (#"{"type":"subscribe","channels":["tickers"],"symbols":[1]}"#, "field_invalid"),
            (#"{"type":"subscribe","channels":["tickers"],"resume":1}"#, "field_invalid"),
            (#"{"type":"subscribe","channels":["tickers"],"resume":{}}"#, "field_invalid"),
            (#"{"type":"subscribe","channels":["tickers"],"resume":{"epoch":"a"}}"#, "field_invalid"),
            (#"{"type":"subscribe","channels":["tickers"],"resume":{"sequences":{}}}"#, "field_invalid"),
            (#"{"type":"subscribe","channels":["tickers"],"resume":{"epoch":1,"sequences":{}}}"#, "field_invalid"),
            (
                #"{"type":"subscribe","channels":["signals"],"resume":{"epoch":"a","sequences":{"signals":-1}}}"#,
                "field_invalid"
            ),
            (
                #"{"type":"subscribe","channels":["signals"],"resume":{"epoch":"a","sequences":{"signals":"1"}}}"#,
                "field_invalid"
            ),
            (
                #"{"type":"subscribe","channels":["signals"],"resume":{"epoch":"a","sequences":{"news":1}}}"#,
                "channel_unknown"
            ),
            (
                #"{"type":"subscribe","channels":["signals"],"resume":{"epoch":"a","sequences":{},"x":1}}"#,
                "unknown_field"
            ),
            (#"{"type":"subscribe","channels":["weather"]}"#, "channel_unknown"),
            (#"{"type":"subscribe","channels":["tickers"],"symbols":["NOTHING"]}"#, "symbol_unknown"),
            (#"{"type":"subscribe","channels":["tickers"],"tier":"vip"}"#, "unknown_field"),
            (#"{"type":"ping","id":1.5}"#, "field_invalid"), (#"{"type":"ping","id":true}"#, "field_invalid"),
            (#"{"type":"auth"}"#, "field_invalid"),
        ]
    )
    func wrong(text: String, code: String) async throws {
        try await SocketStand.serving { stand in
            var peer = try await stand.member()
            peer.send(text)
            #expect(await peer.next("error")?["code"]?.text == code)
            peer.send(#"{"type":"ping"}"#)
            #expect(await peer.next("pong") != nil)
        }
    }

    @Test("A thousand symbols at once and not one more")
    func symbols() async throws {
        try await SocketStand.serving { stand in
            try stand.say("BTCUSDT", "100")
            var peer = try await stand.member()
            let list = { (count: Int) in Array(repeating: "\"BTCUSDT\"", count: count).joined(separator: ",") }
            peer.send(#"{"type":"subscribe","channels":["tickers"],"symbols":[\#(list(1_001))]}"#)
            #expect(await peer.next("error")?["code"]?.text == "field_invalid")
            peer.send(#"{"type":"subscribe","channels":["tickers"],"symbols":[\#(list(1_000))]}"#)
            #expect(await peer.nextTickers(1) == ["BTCUSDT 100"])
        }
    }

    @Test(
        "A ping's id comes back as it was sent",
        arguments: [
            #""id":"a""#, #""id":"""#, #""id":7"#, #""id":0"#, #""id":-12"#, #""id":9223372036854775807"#,
        ]
    )
    func pingID(field: String) async throws {
        try await SocketStand.serving { stand in
            var peer = try await stand.connect()
            peer.send("{\"type\":\"ping\",\(field)}")
            let pong = try #require(await peer.next("pong"))
            let text = field.dropFirst(5)
            #expect(
                pong["id"]
                    == (text.hasPrefix("\"") ? .string(String(text.dropFirst().dropLast())) : .number(String(text)))
            )
            #expect(pong["ts"] == .number(String(stand.clock.milliseconds)))
        }
    }

    @Test("A message past 64 KB closes the socket, whoever sends it")
    func size() async throws {
        try await SocketStand.serving { stand in
            var peer = try await stand.connect()
            peer.send(String(repeating: " ", count: 65_537))
            #expect(await peer.closure()?.code == 1009)
        }
    }

    @Test("Sockets are told to come back at moments of their own, within five seconds")
    func restart() throws {
        var moments: Set<Int> = []
        for _ in 0..<200 {
            let match = try #require(RealtimeHub.restartReason().wholeMatch(of: /retry in (\d+) ms/))
            moments.insert(try #require(Int(match.output.1)))
        }
        #expect(moments.allSatisfy { (0...5_000).contains($0) })
        #expect(moments.count > 100)
    }
}
