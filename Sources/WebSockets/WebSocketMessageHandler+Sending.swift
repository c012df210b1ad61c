package import NIOCore
import NIOSSL

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The way out.
///
/// The kernel's `send` is most of what a broadcast costs, and NIO's pipeline the largest part of the rest. So a server
/// keeps one buffer that was written while the channel holds nothing, and puts it on the socket itself when it is
/// flushed. What the socket does not take, and everything written behind it meanwhile, goes through the channel, which
/// keeps the order, waits for the socket and finds out what is wrong with it.
extension WebSocketMessageHandler {
    /// Bytes on their way to a flush.
    struct HeldBytes {
        let bytes: ByteBuffer
        let promise: EventLoopPromise<Void>?
    }

    /// Whether nothing that changes bytes lies between us and the socket.
    static func isOnSocket(_ pipeline: ChannelPipeline) -> Bool {
        (try? pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)) == nil
    }

    func send(_ bytes: ByteBuffer, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        if held == nil, hasEmptyChannel(context) {
            held = HeldBytes(bytes: bytes, promise: promise)
        } else {
            sendThroughChannel(bytes, context: context, promise: promise)
        }
    }

    /// Takes its turn behind what is held.
    func sendThroughChannel(_ bytes: ByteBuffer, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        channelMayHoldBytes = true
        if let first = held.take() { context.write(wrapOutboundOut(first.bytes), promise: first.promise) }
        context.write(wrapOutboundOut(bytes), promise: promise)
    }

    package func flush(context: ChannelHandlerContext) {
        guard let first = held.take() else { return context.flush() }
        var bytes = first.bytes
        bytes.moveReaderIndex(forwardBy: Self.sendNow(bytes, on: context.pipeline))
        guard bytes.readableBytes > 0 else {
            first.promise?.succeed()
            return
        }
        channelMayHoldBytes = true
        context.writeAndFlush(wrapOutboundOut(bytes), promise: first.promise)
    }

    /// Bytes written to the channel and not yet taken by the socket.
    func owes(_ context: ChannelHandlerContext) -> Int {
        let pending = try? context.channel.syncOptions?.getOption(ChannelOptions.bufferedWritableBytes)
        return pending ?? 0
    }

    private func hasEmptyChannel(_ context: ChannelHandlerContext) -> Bool {
        guard isOnSocket else { return false }
        if channelMayHoldBytes { channelMayHoldBytes = owes(context) > 0 }
        return !channelMayHoldBytes
    }

    /// Puts bytes into the socket's own buffer.
    ///
    /// - Returns: how many it took. None where there is no socket, or a broken one: the channel meets the same error.
    private static func sendNow(_ bytes: ByteBuffer, on pipeline: ChannelPipeline) -> Int {
        let sent = try? pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { socket in
            bytes.withUnsafeReadableBytes { unsafe in
                #if canImport(Darwin)
                // NIO sets `SO_NOSIGPIPE` on its sockets.
                Darwin.send(socket, unsafe.baseAddress, unsafe.count, MSG_DONTWAIT)
                #else
                Glibc.send(
                    socket,
                    unsafe.baseAddress,
                    unsafe.count,
                    Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
                )
                #endif
            }
        }
        return max(sent ?? 0, 0)
    }
}
