package import NIOCore

/// How a WebSocket ended.
///
/// Fired once through the pipeline as a user event, before `channelInactive`.
package struct WebSocketClosure: Sendable, Equatable {
    package enum Origin: Sendable, Equatable {
        /// The peer sent a close frame first.
        case peer
        /// We did, because we were asked to, or because the peer broke a rule.
        case local
        /// Nobody did: the connection broke, or the peer fell silent.
        case transport
    }

    /// The status code; 1005 for a close frame without one, 1006 for a connection that ended without a close frame.
    package let code: UInt16
    package let reason: String
    package let origin: Origin

    package init(code: UInt16, reason: String, origin: Origin) {
        self.code = code
        self.reason = reason
        self.origin = origin
    }
}

/// The payload of a close frame: nothing, or a code and a reason.
package struct ClosePayload: Equatable {
    package let code: UInt16?
    package let reason: String

    /// Reads and checks what the peer sent (RFC 6455, 5.5.1 and 7.4).
    package init(_ payload: ByteBuffer) throws(WebSocketFault) {
        var payload = payload
        guard payload.readableBytes > 0 else {
            self.code = nil
            self.reason = ""
            return
        }
        guard let code = payload.readInteger(as: UInt16.self) else {
            throw .violation("close frame of one byte")
        }
        guard Self.mayTravel(code) else { throw .violation("close code not allowed") }
        var validator = UTF8Validator()
        guard validator.consume(payload), validator.isComplete else { throw .notUTF8 }
        self.code = code
        self.reason = String(buffer: payload)
    }

    /// Whether a code may stand in a close frame: 1004, 1005, 1006 and 1015 never do, 1016–2999 are unassigned.
    static func mayTravel(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }

    /// The payload for a close frame of ours; the reason is shortened to the 123 bytes a control frame has left.
    package static func encode(code: UInt16, reason: String, allocator: ByteBufferAllocator) -> ByteBuffer {
        var payload = allocator.buffer(capacity: 2 + min(123, reason.utf8.count))
        payload.writeInteger(code)
        var room = 123
        for character in reason.unicodeScalars {
            let width = UTF8.width(character)
            guard width <= room else { break }
            room -= width
            payload.writeString(String(character))
        }
        return payload
    }
}
