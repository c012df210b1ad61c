/// What is to go wrong with the next frames, and what has.
struct FaultPlan: Sendable {
    private struct Aim: Sendable {
        var fault: Fault
        var left: Int
        var stream: String?
    }

    /// How few frames leave.
    struct Trickle: Sendable {
        let frames: Int
        /// In so many steps.
        let steps: Int
        var stepsPassed = 0

        /// How many may leave now.
        mutating func allowance() -> Int {
            stepsPassed = (stepsPassed + 1) % steps
            return stepsPassed == 0 ? frames : 0
        }
    }

    /// Frames kept back at most; what comes after is lost, as a full queue on a venue's side would lose it.
    private static let mostHeld = 100_000

    var isSilent = false
    var isHeld = false
    var trickle: Trickle?
    var copies = 1
    private(set) var counts: [Fault: Int] = [:]
    private var aims: [Aim] = []
    private var share = 0.0
    private var random = SeededRandom(0)
    /// Frames that wait for their successors, by stream.
    private var overtaken: [String: StreamHub.Frame] = [:]
    /// Frames kept back while delayed or slow, in order.
    private var queue: [StreamHub.Frame] = []

    /// Whether frames pass untouched.
    private var isIdle: Bool {
        !isSilent && !isHeld && trickle == nil && copies == 1 && aims.isEmpty && share == 0 && overtaken.isEmpty
            && queue.isEmpty
    }

    mutating func aim(_ fault: Fault, _ frames: Int, _ stream: String?) {
        aims.removeAll { $0.fault == fault && $0.stream == stream }
        if frames > 0 { aims.append(Aim(fault: fault, left: frames, stream: stream)) }
    }

    mutating func disturb(_ share: Double, _ seed: UInt64) {
        self.share = max(0, min(1, share))
        random = SeededRandom(seed)
    }

    mutating func count(_ fault: Fault, _ number: Int = 1) { counts[fault, default: 0] += number }

    mutating func applied(to frames: [StreamHub.Frame]) -> [StreamHub.Frame] {
        guard !isIdle else { return frames }
        guard !isSilent else {
            count(.silence, frames.count)
            return []
        }
        var due: [StreamHub.Frame] = []
        due.reserveCapacity(frames.count)
        for frame in frames { strike(frame, &due) }
        return paced(due)
    }

    private mutating func strike(_ frame: StreamHub.Frame, _ due: inout [StreamHub.Frame]) {
        let late = overtaken.removeValue(forKey: frame.key)
        defer { if let late { due.append(late) } }
        switch fault(for: frame) {
        case .drop: count(.drop)
        case .duplicate:
            count(.duplicate)
            due += [frame, frame]
        case .garble:
            count(.garble)
            due.append(frame.halved)
        case .reorder where late == nil:
            count(.reorder)
            overtaken[frame.key] = frame
        default:
            let times = frame.isBook ? 1 : copies
            if times > 1 { count(.flood) }
            for _ in 0..<times { due.append(frame) }
        }
    }

    private mutating func fault(for frame: StreamHub.Frame) -> Fault? {
        if let index = aims.firstIndex(where: { aim in aim.stream.map { frame.name.contains($0) } ?? true }) {
            let fault = aims[index].fault
            aims[index].left -= 1
            if aims[index].left == 0 { aims.remove(at: index) }
            return fault
        }
        guard share > 0 else { return nil }
        let draw = random.unit() / share
        return draw < 4 ? [.drop, .duplicate, .reorder, .garble][Int(draw)] : nil
    }

    private mutating func paced(_ due: [StreamHub.Frame]) -> [StreamHub.Frame] {
        guard isHeld || trickle != nil || !queue.isEmpty else { return due }
        if isHeld { count(.delay, due.count) } else if trickle != nil { count(.slow, due.count) }
        queue += due.prefix(Self.mostHeld - queue.count)
        let released = isHeld ? 0 : min(queue.count, trickle?.allowance() ?? .max)
        defer { queue.removeFirst(released) }
        return Array(queue.prefix(released))
    }
}

extension StreamHub.Frame {
    fileprivate var halved: StreamHub.Frame {
        var frame = self
        let combined = frame.combined ?? frame.wrapped
        frame.combined = Array(combined.prefix(combined.count / 2))
        frame.data = Array(data.prefix(data.count / 2))
        return frame
    }
}
