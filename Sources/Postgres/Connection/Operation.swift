import Dispatch

/// One or several statements that are sent together and answered together, and who waits for the answer.
///
/// Belongs to one connection and is touched on its executor only.
final class Operation {
    /// What each result of the server answers, in order.
    enum Step: Equatable {
        case letGo
        /// The mark that ends the group of those let go of.
        case mark
        case prepare(sql: String)
        case execute
    }

    typealias Answer = CheckedContinuation<[PostgresResult], any Error>

    let id: Int
    let queries: [PostgresQuery]
    /// Others send statements on the same connection.
    let isShared: Bool
    let limit: Duration
    let deadline: DispatchTime
    private var answer: Answer?

    var steps: [Step] = []
    private(set) var stepsDone = 0
    private var results: [PostgresResult] = []
    private(set) var failure: PostgresError?
    /// Sent again after a disturbance that was not its own; once, so that it cannot go round for ever.
    private(set) var wasResent = false

    init(id: Int, queries: [PostgresQuery], isShared: Bool, limit: Duration, answer: Answer) {
        self.id = id
        self.queries = queries
        self.isShared = isShared
        self.limit = limit
        self.answer = answer
        deadline = .now() + limit
    }

    /// Nobody waits for the answer any more; the server may still be at work on it.
    var isAbandoned: Bool { answer == nil }

    /// The step the next result is for.
    func nextStep() -> Step {
        defer { stepsDone += 1 }
        return steps.indices.contains(stepsDone) ? steps[stepsDone] : .execute
    }

    func add(_ result: PostgresResult) { results.append(result) }

    /// Keeps the first failure: those after it are its consequences.
    func fail(_ error: PostgresError) { failure = failure ?? error }

    /// Gives up on the answer, now.
    func abandon(_ error: PostgresError) {
        answer?.resume(throwing: error)
        answer = nil
    }

    func complete() {
        if let failure {
            answer?.resume(throwing: failure)
        } else {
            answer?.resume(returning: results)
        }
        answer = nil
    }

    func prepareToResend() {
        wasResent = true
        steps = []
        stepsDone = 0
        results = []
        failure = nil
    }
}

extension DispatchTime {
    static func + (time: DispatchTime, duration: Duration) -> DispatchTime {
        time + DispatchTimeInterval.nanoseconds(duration.clampedNanoseconds)
    }
}

extension Duration {
    /// Nanoseconds, at most those of 100 years.
    var clampedNanoseconds: Int {
        let seconds = min(max(components.seconds, 0), 3_155_760_000)
        return Int(seconds) * 1_000_000_000 + Int(max(components.attoseconds, 0) / 1_000_000_000)
    }

    var milliseconds: Int { clampedNanoseconds / 1_000_000 }
}
