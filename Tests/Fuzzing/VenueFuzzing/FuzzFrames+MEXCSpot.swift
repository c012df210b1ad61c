import MEXCWire
import SwiftProtobuf

extension FuzzFrames {
    /// Protobuf, and the JSON of replies on the same socket.
    static var mexcSpot: [[UInt8]] {
        let pushes = [
            push { push in
                push.deals = .with { deals in
                    deals.deals = ["71X0_72X0", "71X0_73X0"].map { id in
                        .with { ($0.price, $0.quantity, $0.tradeType, $0.time, $0.tradeID) = ("2.5", "4", 2, time, id) }
                    }
                }
            },
            push { push in
                push.bookTicker = .with {
                    ($0.bidPrice, $0.bidQuantity, $0.askPrice, $0.askQuantity) = ("1.5", "1", "1.6", "2")
                }
            },
            push { push in
                push.kline = .with { kline in
                    (kline.interval, kline.windowStart, kline.windowEnd) = ("Min1", 1_790_281_200, 1_790_281_260)
                    (kline.openingPrice, kline.closingPrice) = ("2", "3")
                    (kline.highestPrice, kline.lowestPrice) = ("4", "1")
                    (kline.volume, kline.amount) = ("5", "9")
                }
            },
            push { $0.depth = depth(from: "10", to: "12") },
            push { $0.depth = depth(from: "13", to: "13") },
        ]
        let replies = [
            #"{"id":0,"code":0,"msg":"Not Subscribed successfully! [spot@public.miniTicker.v3.api@BTCUSDT].  Reason： Blocked! "}"#,
            #"{"id":0,"code":0,"msg":"spot@public.kline.v3.api.pb@BTCUSDT@Min1"}"#,
            #"{"id":0,"code":0,"msg":"PONG"}"#,
        ]
        return pushes + replies.map { Array($0.utf8) }
    }

    private static let time: Int64 = 1_790_281_246_176

    private static func depth(from first: String, to last: String) -> MEXCSpotDepth {
        .with { depth in
            depth.bids = [
                .with { ($0.price, $0.quantity) = ("0.5", "3") }, .with { ($0.price, $0.quantity) = ("0.4", "0") },
            ]
            depth.asks = [.with { ($0.price, $0.quantity) = ("0.6", "1") }]
            (depth.fromVersion, depth.toVersion) = (first, last)
        }
    }

    /// The bytes of a push about BTCUSDT; the messages above have no field that could not be written.
    private static func push(_ change: (inout MEXCSpotPush) -> Void) -> [UInt8] {
        var push = MEXCSpotPush()
        push.channel = "spot@public.test.v3.api.pb@BTCUSDT"
        push.symbol = "BTCUSDT"
        push.sendTime = 1_790_281_243_450
        change(&push)
        do { return try push.serializedBytes() } catch { preconditionFailure("a push cannot be written: \(error)") }
    }
}
