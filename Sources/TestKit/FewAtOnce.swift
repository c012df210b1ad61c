import Synchronization
package import Testing

/// Lets only a few tests of a process run at the same moment.
///
/// Swift Testing starts all tests at once. Where each of them runs servers that work in real time, all of them together
/// would need more than a small machine has, and every deadline would measure the crowd instead of what is tested. The
/// wait for one's turn is not part of a test's time limit.
package struct FewAtOnce: SuiteTrait, TestTrait, TestScoping {
    private static let turns = Turns(count: 6)

    package var isRecursive: Bool { true }

    /// A function with all its cases takes one turn; a suite takes none.
    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        test.isSuite || testCase != nil ? nil : self
    }

    package func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        await Self.turns.take()
        defer { Self.turns.giveBack() }
        try await function()
    }
}

extension Trait where Self == FewAtOnce {
    /// ``FewAtOnce``.
    package static var fewAtOnce: Self { Self() }
}

/// So many turns, given in the order in which they were asked for.
private final class Turns: Sendable {
    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(count: Int) {
        state = Mutex(State(free: count))
    }

    func take() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
