package import Foundation

/// Something that one user is told.
package struct UserNotice: Hashable, Sendable {
    package let id: UUID
    package let userID: UUID
    /// A stable word such as `new_device`.
    package let kind: String
    package let title: String
    package let message: String
    package let createdAt: Date

    package init(id: UUID = UUID(), userID: UUID, kind: String, title: String, message: String, createdAt: Date) {
        self.id = id
        self.userID = userID
        self.kind = kind
        self.title = title
        self.message = message
        self.createdAt = createdAt
    }
}

/// What each user was told, newest kept.
package struct NoticeInbox: Sendable {
    /// Notices kept of one user; older ones go when a new one comes.
    package static let keptNotices = 500

    /// Stores the notice and its message on the user's channel, both or neither; nothing where the account is gone.
    package var add: @Sendable (_ notice: UserNotice, _ draft: ChannelDraft) async throws -> Void

    package init(add: @escaping @Sendable (_ notice: UserNotice, _ draft: ChannelDraft) async throws -> Void) {
        self.add = add
    }
}
