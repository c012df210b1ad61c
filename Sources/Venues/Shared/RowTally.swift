/// Goes over the rows of one message: bad ones are left out, and the message is refused when none was good.
struct RowTally {
    private var good = 0
    private var refused: [FrameRefusal] = []

    /// Calls the body with each row of the array.
    mutating func each(
        of rows: VenueValue,
        _ body: (VenueValue) throws(FrameRefusal) -> Void
    ) throws(FrameRefusal) {
        guard rows.isArray else { throw FrameRefusal(.shapeUnknown, field: "data") }
        rows.forEach { row in
            do throws(FrameRefusal) {
                try body(row)
                good += 1
            } catch {
                refused.append(error)
            }
        }
    }

    /// Counts the rows left out; throws the first reason when every row was bad, which is the message's then.
    func settle(into counts: inout RefusalCounts) throws(FrameRefusal) {
        let isRefused = good == 0 && !refused.isEmpty
        for refusal in refused.dropFirst(isRefused ? 1 : 0) { counts.add(refusal) }
        if isRefused, let first = refused.first { throw first }
    }
}
