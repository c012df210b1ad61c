/// How many numbers ago the greatest of the last so many (two at least) came, in O(1) amortised; the newest of equals.
///
/// Built as ``RollingExtremes`` is, with the place of each maximum beside it.
struct RollingMaximumAge: Sendable {
    private struct Entry {
        var number: Double
        var place: Int
    }

    private var slots: Slots<Entry>
    private let blockLength: Int
    private var greatest = Entry(number: -.infinity, place: 0)
    private var newest = 0.0
    private var offset = 0
    private var isFull = false

    init(period: Int) {
        blockLength = period - 1
        slots = Slots(repeating: Entry(number: -.infinity, place: 0), count: blockLength)
    }

    @inline(__always)
    mutating func step(_ number: Double) -> Int? {
        newest = number
        if number >= greatest.number { greatest = Entry(number: number, place: offset) }
        guard isFull else { return nil }
        let older = slots[offset]
        return older.number > greatest.number ? offset + blockLength - older.place : offset - greatest.place
    }

    @inline(__always)
    mutating func detach() { slots.detach() }

    @inline(__always)
    mutating func settle() {
        slots[offset] = Entry(number: newest, place: offset)
        offset += 1
        if offset == blockLength { startBlock() }
    }

    @inline(__always)
    private mutating func startBlock() {
        offset = 0
        greatest = Entry(number: -.infinity, place: 0)
        var best = greatest
        for index in stride(from: blockLength - 1, through: 0, by: -1) {
            if slots[index].number > best.number { best = slots[index] }
            slots[index] = best
        }
        isFull = true
    }
}
