import CSimdJSON

/// Takes the rows of an array of arrays, many in one call; refusals are the caller's, who knows what a row stands for.
///
/// What it holds after ``read(_:)`` points into the parser's buffers and lasts until the parser parses again.
struct VenueRows: ~Copyable {
    private let slots: UnsafeMutablePointer<sj_value>
    private let columns: Int
    private let capacity: Int

    /// Room for rows.
    ///
    /// - Parameters:
    ///   - columns: how many elements of each row are taken; longer rows are read so far, shorter ones not at all.
    ///   - capacity: the most rows taken at once.
    init(columns: Int, capacity: Int) {
        precondition(columns > 0 && capacity > 0, "rows have room for a value")
        self.columns = columns
        self.capacity = capacity
        slots = .allocate(capacity: columns * capacity)
        slots.initialize(repeating: sj_value(), count: columns * capacity)
    }

    deinit { slots.deallocate() }

    /// Calls the body with each row in order.
    ///
    /// - Parameters:
    ///   - array: the rows; of anything that is not an array there are none.
    ///   - body: takes the first ``columns`` elements of a row.
    /// - Returns: whether every element was a row of so many elements; those behind one that is not were not read.
    /// - Throws: what the body throws.
    mutating func forEach<Failure: Error>(
        _ array: VenueValue,
        _ body: (UnsafeBufferPointer<sj_value>) throws(Failure) -> Void
    ) throws(Failure) -> Bool {
        var raw = array.raw
        var cursor = sj_array_start(&raw)
        while true {
            let taken = sj_rows(&cursor, columns, slots, capacity)
            for row in 0..<taken {
                try body(UnsafeBufferPointer(start: slots + row * columns, count: columns))
            }
            if taken < capacity { return cursor.position == cursor.end }
        }
    }
}
