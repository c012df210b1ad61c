import Dispatch

/// Watches one socket on a connection's queue: for input always, for room to write when asked.
///
/// The socket may be closed only after the watch has ended: libdispatch would otherwise watch whatever file next gets
/// its number.
final class SocketWatch {
    private let socket: Int32
    private let queue: DispatchQueue
    private let onWritable: @Sendable () -> Void
    private let reader: any DispatchSourceRead
    private var writer: (any DispatchSourceWrite)?
    private let sources = DispatchGroup()

    init(
        socket: Int32,
        queue: DispatchQueue,
        onReadable: @escaping @Sendable () -> Void,
        onWritable: @escaping @Sendable () -> Void
    ) {
        self.socket = socket
        self.queue = queue
        self.onWritable = onWritable
        reader = DispatchSource.makeReadSource(fileDescriptor: socket, queue: queue)
        reader.setEventHandler(handler: onReadable)
        watch(reader)
    }

    private func watch(_ source: any DispatchSourceProtocol) {
        sources.enter()
        source.setCancelHandler { [sources] in sources.leave() }
        source.resume()
    }

    /// Asks to be told, until told otherwise, when the socket takes more.
    func wantsToWrite(_ wanted: Bool) {
        switch (wanted, writer) {
        case (true, nil):
            let source = DispatchSource.makeWriteSource(fileDescriptor: socket, queue: queue)
            source.setEventHandler(handler: onWritable)
            watch(source)
            writer = source
        case (false, let source?):
            source.cancel()
            writer = nil
        default: break
        }
    }

    /// Stops watching; `closed` is called on the queue when the socket may be closed.
    func end(_ closed: @escaping @Sendable () -> Void) {
        wantsToWrite(false)
        reader.cancel()
        sources.notify(queue: queue, execute: closed)
    }
}
