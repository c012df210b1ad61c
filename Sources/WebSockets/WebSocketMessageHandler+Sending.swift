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

    /// The socket's descriptor, where nothing that changes bytes lies between us and it.
    ///
    /// Asked for once: what a channel's transport is, is found out by a dynamic cast that costs more than the kernel's
    /// `send`. It is ours to use while the channel is active: NIO closes the descriptor and turns the channel inactive
    /// on this loop in one go, calling nobody in between.
    static func descriptor(under pipeline: ChannelPipeline) -> NIOBSDSocket.Handle? {
        guard (try? pipeline.syncOperations.handler(type: NIOSSLServerHandler.self)) == nil else { return nil }
        return try? pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
    }

    func send(_ bytes: ByteBuffer, context: ChannelHandlerContext, promise: EventLoopPromise<Void>?) {
        if held == nil, hasEmptyChannel(context) {
            held = HeldBytes(bytes: bytes, promise: promise)
        } else {
            sendThroughChannel(bytes, context: context, promise: promise)
        }
    }

    /// Sends whole frames at once, where nothing waits before them.
    ///
    /// What a broadcast does for each of its sockets, and so without the pipeline and without asking the channel anything:
    /// a channel that holds nothing is writable, and one that has closed without holding anything has said so by
    /// `errorCaught` or `channelInactive` before anybody else could run.
    ///
    /// - Returns: false where it did nothing, and the frames must be written like anything else.
    package func sendNow(_ frames: ByteBuffer) -> Bool {
        guard state == .open, held == nil, let descriptor else { return false }
        if channelMayHoldBytes {
            guard let context, hasEmptyChannel(context) else { return false }
        }
        let sent = Self.sendNow(frames, on: descriptor)
        if sent < frames.readableBytes {
            var rest = frames
            rest.moveReaderIndex(forwardBy: sent)
            channelMayHoldBytes = true
            context?.writeAndFlush(wrapOutboundOut(rest), promise: nil)
        }
        return true
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
        if let descriptor, context.channel.isActive {
            bytes.moveReaderIndex(forwardBy: Self.sendNow(bytes, on: descriptor))
        }
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
        guard descriptor != nil else { return false }
        if channelMayHoldBytes { channelMayHoldBytes = owes(context) > 0 }
        return !channelMayHoldBytes
    }

    /// Puts bytes into the socket's own buffer.
    ///
    /// - Returns: how many it took. None where the socket is broken: the channel meets the same error.
    private static func sendNow(_ bytes: ByteBuffer, on descriptor: NIOBSDSocket.Handle) -> Int {
        let sent = bytes.withUnsafeReadableBytes { unsafe in
            #if canImport(Darwin)
            // NIO sets `SO_NOSIGPIPE` on its sockets.
            Darwin.send(descriptor, unsafe.baseAddress, unsafe.count, MSG_DONTWAIT)
            #else
            Glibc.send(descriptor, unsafe.baseAddress, unsafe.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            #endif
        }
        return max(sent, 0)
    }
}
