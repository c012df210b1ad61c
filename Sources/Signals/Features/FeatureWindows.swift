/// The stretches of the past that features look at, in candles of an hour.
enum FeatureWindows {
    /// A month: the longest look back.
    static let month = 720
    static let week = 168
    static let day = 24
    /// Candles that a symbol must have, without a hole, before it has features.
    static let needed = month + 1
    /// Moves are measured over these.
    static let moves = [1, 2, 4, 8, 24, 72, 168, 720]
    /// Days of which the same hours are averaged.
    static let seasonDays = 14
    /// Hours ahead whose usual move is looked up.
    static let seasonHours = 6
}
