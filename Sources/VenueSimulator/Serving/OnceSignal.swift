import NIOCore
import NIOPosix

/// Something that comes to be known once and may be awaited before and after.
final class OnceSignal<Value: Sendable>: Sendable {
    private let promise: EventLoopPromise<Value>

    init() {
        promise = MultiThreadedEventLoopGroup.singleton.any().makePromise(of: Value.self)
    }

    deinit {
        // Nobody can hold the signal any more, but a promise must not go unanswered; a second answer is ignored.
        promise.fail(CancellationError())
    }

    var value: Value { get async throws { try await promise.futureResult.get() } }

    func succeed(_ value: Value) { promise.succeed(value) }
    func fail(_ error: any Error) { promise.fail(error) }
}
