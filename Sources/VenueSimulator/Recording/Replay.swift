package import Markets

/// Recordings to be played through a venue's dialect: which markets, which streams, from when to when, how fast.
package struct Replay: Sendable {
    package let files: [RecordingFile]
    /// How many times faster than it happened; nil plays as fast as the readers take it.
    package let speed: Double?
    /// Every market of the files, in the order of appearance.
    package let listings: [Listing]
    /// Streams that the recordings bring byte for byte.
    package let streams: Set<String>
    package let start: MarketTime
    package let end: MarketTime
    package let records: Int

    /// Reads every file once from end to end, so that a fault in the last line is known before the first is played.
    ///
    /// Blocking, about a second for each 100 MB of text: for the start of a program, not for a shared pool.
    ///
    /// - Parameters:
    ///   - files: what to play, merged by time.
    ///   - speed: how many times faster than it happened; nil for as fast as possible.
    /// - Throws: ``RecordingError``, naming file and line.
    package init(files: [RecordingFile], speed: Double?) throws(RecordingError) {
        if let speed, !(speed > 0 && speed.isFinite) { throw .speedInvalid(speed) }
        guard !files.isEmpty else { throw .noFiles }
        var survey = RecordingSurvey()
        let merge = try RecordMerge(files)
        while let record = try merge.next() { survey.add(record) }
        self.files = files
        self.speed = speed
        listings = survey.listings
        streams = survey.streams
        start = survey.start ?? MarketTime(milliseconds: 0)
        end = survey.end ?? start
        records = survey.records
    }

    /// Files as on a command line: `path`, `SYMBOL=path` or `SYMBOL:1m=path`.
    package init(files: [String], speed: Double?) throws(RecordingError) {
        try self.init(files: files.map(RecordingFile.init(argument:)), speed: speed)
    }
}
