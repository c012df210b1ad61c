import APIContract
package import Channels
import Foundation
import MarketFeed
import Markets
import StrictJSON

extension UserNotice {
    /// The message on its user's channel.
    package var draft: ChannelDraft {
        let payload = Payload(
            id: id.uuidString.lowercased(),
            notificationType: kind,
            title: title,
            message: message,
            createdAt: MarketTime(milliseconds: Int64((createdAt.timeIntervalSince1970 * 1000).rounded())).iso8601
        )
        return ChannelDraft(
            to: .notifications(of: userID),
            payload: String(decoding: WireJSON.encode(payload), as: UTF8.self),
            createdAt: createdAt
        )
    }
}

/// `NotificationMessage` without what the channel puts in front.
private struct Payload: Encodable {
    let id: String
    let notificationType: String
    let title: String
    let message: String
    let createdAt: String
}
